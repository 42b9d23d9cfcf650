from datetime import datetime

from traceability.management.steady import SteadyCommand
from traceability.services import task_outbox


class Command(SteadyCommand):
    help = "Send waiting tasks to the broker each second, where no beat does it."
    fault = ("traceability_taskrequest", "relay")

    def step(self, at: datetime) -> None:
        task_outbox.relay_once(at=at)
