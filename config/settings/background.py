"""Celery: how work is handed over, on which queues, and what happens by the clock."""

from celery.schedules import crontab
from kombu import Queue

from config.settings.engines import REDIS_URL

_TASK_HARD_LIMIT = 3600
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # how a job went stands in our own tables
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = _TASK_HARD_LIMIT
CELERY_TASK_SOFT_TIME_LIMIT = _TASK_HARD_LIMIT - 60
# A task that nobody has reported done for so long is given to another worker: never while its time is not over.
CELERY_VISIBILITY_TIMEOUT = 2 * _TASK_HARD_LIMIT
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be dead for longer than a hundred tries
CELERY_WORKER_CONSUMER = "config.worker:SteadyConsumer"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
# What may be long, or must not wait behind what is: a worker of another host may take one queue alone, and one that is
# told nothing takes all. The log itself is put in order by the integrator, which is no task.
_QUEUES = {
    "verify": (
        "traceability.verify_new",
        "traceability.plan_full",
        "traceability.check_chunk",
        "traceability.join_full",
    ),
    "notify": ("traceability.deliver_notice", "finance.tell_of_query", "finance.send_receipt"),
    "intake": ("traceability.capture", "traceability.run_import"),
    "reckon": (
        "orders.replan_urgently",
        "orders.replan",
        "orders.plan",
        "orders.cover_shortages",
        "finance.watch_card",
    ),
}
CELERY_TASK_QUEUES = [Queue(name) for name in (CELERY_TASK_DEFAULT_QUEUE, *_QUEUES)]
CELERY_TASK_ROUTES = {name: {"queue": queue} for queue, names in _QUEUES.items() for name in names}
# After how many seconds a task that was sent and is not done is sent again: longer each time, so that slow work is not
# sent over and over. After the last it is given up, which is a finding.
TASK_RESEND_SECONDS: tuple[int, ...] = (60, 120, 300, 900, 3600, 7200)
CELERY_BEAT_SCHEDULER = "config.beat:SteadyScheduler"
# A tick that comes late is void: the next one does its work. What must not get lost is asked for in the database.
CELERY_BEAT_SCHEDULE = {
    "expire-proposals": {"task": "orders.expire_proposals", "schedule": 300.0, "options": {"expires": 300}},
    "settle": {"task": "orders.settle", "schedule": crontab(hour=1, minute=10), "options": {"expires": 3600}},
    "replan-urgently": {"task": "orders.replan_urgently", "schedule": 60.0, "options": {"expires": 60}},
    "replan": {"task": "orders.replan", "schedule": 900.0, "options": {"expires": 900}},
    "promise": {"task": "orders.promise", "schedule": crontab(hour=5, minute=0), "options": {"expires": 3600}},
    "cover-shortages": {
        "task": "orders.cover_shortages",
        "schedule": crontab(hour=5, minute=30),
        "options": {"expires": 3600},
    },
    "plan": {
        "task": "orders.plan",
        "schedule": crontab(day_of_week="mon", hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "watch-risks": {"task": "orders.watch_risks", "schedule": crontab(hour=1, minute=40), "options": {"expires": 3600}},
    "relay": {"task": "traceability.relay", "schedule": 1.0, "options": {"expires": 5}},
    "verify-new": {"task": "traceability.request_incremental", "schedule": 60.0, "options": {"expires": 60}},
    "verify-all": {
        "task": "traceability.request_full",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600},
    },
    "forget-imports": {
        "task": "traceability.forget_imports",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 3600},
    },
    "forget": {"task": "config.forget", "schedule": crontab(hour=4, minute=50), "options": {"expires": 3600}},
    "expire-consents": {"task": "finance.expire_consents", "schedule": 60.0, "options": {"expires": 60}},
    "check-queries": {
        "task": "finance.check_queries",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "watch-cards": {
        "task": "finance.request_card_reports",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600},
    },
    "forget-bad-news": {
        "task": "finance.forget_bad_news",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600},
    },
    "forget-contacts": {
        "task": "traceability.forget_contacts",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
}
