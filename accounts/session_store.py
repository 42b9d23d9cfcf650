"""Sessions in the database, found by a query that is kept: every page of who is logged in asks for one."""

from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.kept_queries import KeptQuery

if TYPE_CHECKING:
    from django.contrib.sessions.models import Session
    from django.db.models import QuerySet


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self) -> "Session | None":
        found = _LIVE.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


_LIVE: "KeptQuery[Session]" = KeptQuery(
    lambda marks: _sessions().filter(session_key=marks.text(), expire_date__gt=marks.moment())
)


def _sessions() -> "QuerySet[Session]":
    # Only when it is asked: this module is there before the models are.
    model: Any = SessionStore.get_model_class()
    found: QuerySet[Session] = model.objects.all()
    return found
