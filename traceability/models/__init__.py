from traceability.models.codes import BagCode, CodeBatch
from traceability.models.epcis import CaptureJob, EpcisEvent, EpcisItem
from traceability.models.farm import Lot, LotLink, Plot, Sample, Season
from traceability.models.feedback import Feedback
from traceability.models.imports import SheetImport
from traceability.models.inspection import Certificate, CertificateCollection, Hold
from traceability.models.ledger import (
    EntityHead,
    LogEntry,
    LogNode,
    LogState,
    Opening,
    OutboxEntry,
    SignedCheckpoint,
)
from traceability.models.phones import PhoneDelivery, PhonePhoto
from traceability.models.plant import ProcessPart, ProcessRun, Recipe, Shipment
from traceability.models.recall import AlertRoute, Notice, Recall, RecallAnswer, RecalledLot
from traceability.models.receipts import ActorKey, Publication, Receipt
from traceability.models.verification import Finding, TaskRequest, VerificationChunk, VerificationRun
from traceability.models.witnesses import WitnessStanding

__all__ = [
    "ActorKey",
    "AlertRoute",
    "BagCode",
    "CaptureJob",
    "Certificate",
    "CertificateCollection",
    "CodeBatch",
    "EntityHead",
    "EpcisEvent",
    "EpcisItem",
    "Feedback",
    "Finding",
    "Hold",
    "LogEntry",
    "LogNode",
    "LogState",
    "Lot",
    "LotLink",
    "Notice",
    "Opening",
    "OutboxEntry",
    "PhoneDelivery",
    "PhonePhoto",
    "Plot",
    "ProcessPart",
    "ProcessRun",
    "Publication",
    "Recall",
    "RecallAnswer",
    "RecalledLot",
    "Receipt",
    "Recipe",
    "Sample",
    "Season",
    "SheetImport",
    "Shipment",
    "SignedCheckpoint",
    "TaskRequest",
    "VerificationChunk",
    "VerificationRun",
    "WitnessStanding",
]
