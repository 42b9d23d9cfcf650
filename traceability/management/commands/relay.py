import logging
from datetime import datetime

from traceability.management.steady import SteadyCommand
from traceability.services import task_outbox

logger = logging.getLogger("suyuan.tasks")


class Command(SteadyCommand):
    help = "Send waiting tasks to the broker each second, where no beat does it."
    fault = ("traceability_taskrequest", "relay")

    def step(self, at: datetime) -> None:
        try:
            task_outbox.relay_once(at=at)
        except task_outbox.BrokerDownError as error:
            logger.warning("%s; what waits stays in the database", error)
