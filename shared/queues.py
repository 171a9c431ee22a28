"""The road between services: RQ queues on a Redis (or Valkey) that nobody relies on to remember anything.

Jobs are JSON, never pickles. A producer does not retry: a lost answer would make a second job, and the outbox
sends again anyway.
"""

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

ERRANDS = "-errands"  # ends the name of the queue of a service's own errands


def connect(redis_url: str) -> Redis:
    """For producers: gives up after a second or two rather than hang."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0))


def queue(name: str, connection: Redis) -> Queue:
    """A service's queue, by the service's name."""
    return Queue(name, connection=connection, serializer=JSONSerializer)


def is_reachable(redis_url: str) -> bool:
    """Whether Redis answers right now."""
    try:
        with connect(redis_url) as connection:
            return bool(connection.ping())
    except RedisError:
        return False
