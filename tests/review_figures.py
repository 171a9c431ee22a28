"""What several tests of figures say of rows and tables."""

from services.review.schemas import PeriodIn


def stages(found):
    return [one.stage for one in found]


def hours(seconds):
    return round(seconds / 3600)


def table(review, make, *arguments):
    with review.reading() as session:
        return make(session, PeriodIn(), *arguments)
