"""The record in the shapes of the Google Fact Check Tools API (`v1alpha1`), so that its clients work here when their endpoint is
changed: claims are searched, pages with their ClaimReviews listed. Nothing can be written this way.

Errors come in the envelope that those clients read.
"""

from services.publish.factchecktools.long import LongQuestions
from services.publish.factchecktools.views import bp

__all__ = ["LongQuestions", "bp"]
