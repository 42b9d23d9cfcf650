from orders.models.fulfilment import Allocation, PayoutInstruction, Statement, StatementLine
from orders.models.market import DeliveryWindow, Grade, Lane, Node, Product
from orders.models.plans import PlanSupply, PlantingPlan, Recommendation, RiskAlert, YieldRevision
from orders.models.presale import Campaign, Channel, OrderLine, PresaleOffer, PresaleOrder
from orders.models.runs import AllocationMove, MatchRun, Reservation
from orders.models.substitutes import SubstitutionProposal

__all__ = [
    "Allocation",
    "AllocationMove",
    "Campaign",
    "Channel",
    "DeliveryWindow",
    "Grade",
    "Lane",
    "MatchRun",
    "Node",
    "OrderLine",
    "PayoutInstruction",
    "PlanSupply",
    "PlantingPlan",
    "PresaleOffer",
    "PresaleOrder",
    "Product",
    "Recommendation",
    "Reservation",
    "RiskAlert",
    "Statement",
    "StatementLine",
    "SubstitutionProposal",
    "YieldRevision",
]
