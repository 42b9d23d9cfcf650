"""One whole body of every registered type, with every member that its schema knows, and its private members."""

from collections.abc import Mapping
from typing import Any

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
EVENT = {"entity": f"process:{UUID}", "eseq": 0, "head": DIGEST}
EPC = "https://id.example.org/01/06901234567892/10/PJ20261001-03"
OPERATOR = {"operator": "张三", "note": "早上，无风"}


def correction(name: str, **members: Any) -> dict[str, Any]:
    return {"corrects": {"id": UUID, "eseq": 0, "type": name}, "reason": "typing_error", **members}


IDENTITY: dict[str, Any] = {
    "epc": EPC,
    "gtin": "06901234567892",
    "code": "PJ20261001-03",
    "product_form": "milled rice",
    "product_name": "盘锦大米",
    "kg": "935.67",
    "typed": {"value": "1871.34", "unit": "jin"},
    "moisture_percent": "14.5",
    "date": "2026-10-01",
    "crop": "rice",
}

WEIGHING = {
    "gross_kg": "3245",
    "tare_kg": "2260",
    "impurity_percent": "0.8",
    "grade": "二等",
    "supplier_code": "WJ-17",
}

BODIES: Mapping[str, dict[str, Any]] = {
    "plot.registered": {
        "holder": UUID,
        "number": "PS-0117",
        "division_code": "211122105203",
        "country": "CN",
        "declared_mu": "12.50",
        "measured_mu": "12.43",
        "typed": {"value": "12.5", "unit": "mu"},
        "boundary_kind": "Polygon",
    },
    "plot.corrected": correction("plot.registered", changes={"declared_mu": "12.4"}),
    "plot.retired": {"reason": "merged"},
    "season.opened": {
        "plot": f"plot:{UUID}",
        "crop": "rice",
        "variety": "盐丰47",
        "year": 2026,
        "area_mu": "12.40",
        "typed": {"value": "0.827", "unit": "ha"},
        "gtin": "06901234567892",
    },
    "season.corrected": correction("season.opened", changes={"variety": "盐粳456"}),
    "season.harvested": {
        "date": "2026-10-01",
        "lot": f"lot:{UUID}",
        "kg": "8050.5",
        "typed": {"value": "16101", "unit": "jin"},
        "area_mu": "12.4",
        "inside_interval": True,
    },
    "growth.sown": {
        "date": "2026-04-12",
        "seed_lot": "S-2026-1",
        "seed_kg": "42",
        "typed": {"value": "84", "unit": "jin"},
        "area_mu": "0.30",
        "method": "tray",
    },
    "growth.transplanted": {"date": "2026-05-24", "seedling_age_days": 35, "area_mu": "12.4", "method": "machine"},
    "growth.irrigated": {"date": "2026-06-02", "water_m3": "210.5", "depth_mm": "30", "method": "flooding"},
    "growth.fertilised": {
        "date": "2026-06-10",
        "product": "尿素",
        "registration_no": "GB 2440",
        "kg": "124",
        "typed": {"value": "248", "unit": "jin"},
        "area_mu": "12.4",
        "use": "top_dressing",
    },
    "growth.sprayed": {
        "date": "2026-07-20",
        "product": "三环唑",
        "registration_no": "PD20060044",
        "dose": {"value": "25", "unit": "g/mu"},
        "target": "稻瘟病",
        "area_mu": "12.4",
        "phi_days": 21,
    },
    "growth.tended": {"date": "2026-06-20", "operation": "weeding", "area_mu": "12.4"},
    "growth.observed": {"date": "2026-08-01", "stage": "65", "height_cm": "98.5", "pest_percent": "0.5"},
    "growth.photographed": {"date": "2026-08-01"},
    "growth.corrected": correction("growth.sprayed", changes={"phi_days": 28, "date": "2026-07-21"}),
    "lot.harvested": {
        **IDENTITY,
        "season": f"season:{UUID}",
        "plot": f"plot:{UUID}",
        "variety": "盐丰47",
        "inside_interval": True,
    },
    "lot.processed": {**IDENTITY, "process": EVENT},
    "lot.consumed": {"process": EVENT, "kg": "1000"},
    "lot.handed_over": {"to": UUID, "date": "2026-10-02"},
    "lot.taken_in": {
        **IDENTITY,
        "supplier": UUID,
        **WEIGHING,
    },
    "lot.shipped": {"to": UUID, "kg": "1000", "date": "2026-10-02"},
    "lot.received": {
        "shipment": UUID,
        "kg": "985",
        "book_kg": "1000",
        "differs": True,
        "moisture_percent": "14.6",
        "date": "2026-10-02",
        **WEIGHING,
    },
    "lot.shipment_voided": {"shipment": UUID, "date": "2026-10-02"},
    "lot.stored": {"date": "2026-10-03"},
    "lot.counted": {"kg": "970", "book_kg": "985", "reason": "pests", "date": "2026-10-03"},
    "lot.corrected": correction("lot.harvested", changes={"kg": "930", "moisture_percent": "14.6"}),
    "process.completed": {
        "process": "milling",
        "date": "2026-10-05",
        "inputs": [{"lot": f"lot:{UUID}", "kg": "1000"}],
        "outputs": [{"lot": f"lot:{OTHER_UUID}", "kg": "680"}],
        "by_products": [{"name": "稻壳", "kg": "200", "lot": f"lot:{OTHER_UUID}"}, {"name": "米糠", "kg": "80"}],
        "losses": [{"reason": "dust", "kg": "10"}],
        "moisture_in_percent": "14.5",
        "moisture_out_percent": "14.2",
        "unexplained": True,
    },
    "process.corrected": correction("process.completed", withdrawn=True),
    "sample.taken": {
        "sample": "S-2026-0042",
        "laboratory": UUID,
        "date": "2026-10-06",
        "standard": "GB/T 5491",
        "kg": "2",
        "purpose": "entrusted",
    },
    "test.reported": {
        "sample": "S-2026-0042",
        "laboratory": UUID,
        "report_no": "R-77/2026",
        "date": "2026-10-12",
        "results": [
            {"analyte": "cadmium", "value": "0.05", "unit": "mg/kg", "method": "GB 5009.15"},
            {"analyte": "lead", "lod": "0.02", "unit": "mg/kg"},
        ],
        "conclusion": "conforming",
    },
    "test.corrected": correction("test.reported", withdrawn=True),
    "epcis.captured": {
        "event_id": "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
        "hash_id": f"ni:///sha-256;{DIGEST}?ver=CBV2.0",
        "event_type": "ObjectEvent",
        "action": "ADD",
        "epc_list": [EPC],
    },
    "item.named": {"epc": EPC, "kind": "LOT", "gtin": "06901234567892", "code": "PJ20261001-03"},
    "item.linked": {
        "epc": EPC,
        "role": "output",
        "event": EVENT,
        "effect": "made",
        "quantity": "12.5",
        "uom": "KGM",
        "kg": "12.5",
        "kind": "LOT",
        "gtin": "06901234567892",
        "code": "PJ20261001-03",
        "product_name": "盘锦大米",
        "crop": "rice",
        "product_form": "milled rice",
        "date": "2026-10-01",
    },
    "transformation.joined": {
        "transformation_id": "https://mill.example.cn/runs/17",
        "event": EVENT,
        "inputs": [f"lot:{UUID}"],
        "outputs": [f"lot:{UUID}"],
    },
    "lot.held": {"reason": "failed_test", "ref": EVENT},
    "lot.released": {"hold": UUID, "reason": "tested_again"},
    "certificate.issued": {
        "number": "20260610-0001",
        "form": "producer",
        "promise": "对承诺的真实性负责",
        "basis": ["quality_control", "own_test"],
        "product": "丹东草莓",
        "kg": "120",
        "typed": {"value": "240", "unit": "jin"},
        "origin": "辽宁省丹东市东港市",
        "date": "2026-06-10",
    },
    "certificate.voided": {"certificate": UUID, "reason": "wrong_content"},
    "certificate.collected": {"certificate": UUID, "date": "2026-06-11"},
    "key.add": {"public": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "proof": "A" * 86 + "=="},
    "key.revoke": {"reason": "lost"},
    "personal.erased": {"record": UUID, "eseq": 3, "paths": ["holder_name", "boundary"], "reason": "asked"},
    "attachment.withheld": {"sha256": DIGEST, "reason": "personal"},
}

TERMS = {"slip": "GB-0417", "moisture_deduction_kg": "4.5", "impurity_deduction_kg": "2", "payable_kg": "978.5"}

PRIVATE: Mapping[str, dict[str, Any]] = {
    "plot.registered": {
        "name": "东地",
        "holder_name": "张三",
        "boundary": {"type": "Point", "coordinates": ["122.071234", "41.119876"]},
        "note": "两块相连",
    },
    "plot.corrected": {"name": "西地", "explanation": "写错了"},
    "season.harvested": {"interval_reason": "检测合格后提前采收", "note": "晴"},
    "growth.sown": OPERATOR,
    "growth.sprayed": OPERATOR,
    "growth.observed": {"observer": "李四", "note": "长势良好\n无病害"},
    "growth.photographed": {"caption": "抽穗"},
    "growth.corrected": {"explanation": "漏看标签", "operator": "李四"},
    "lot.harvested": {"interval_reason": "检测合格后提前采收"},
    "process.completed": {
        "line": "2号线",
        "recipe": "精碾",
        "operator": "王五",
        "balance_reason": "换筛时清仓",
        "note": "换筛",
    },
    "lot.taken_in": {"supplier_name": "张三", **TERMS},
    "lot.shipped": {"slip": "SJ-0417", "vehicle": "辽L12345", "driver": "李四"},
    "lot.received": {**TERMS, "difference_reason": "路上撒漏"},
    "lot.stored": {"place": "3号仓"},
    "sample.taken": {"sampler": "赵六", "place": "3号仓"},
    "test.reported": {"signatory": "钱七"},
    "lot.held": {"note": "复检前不出库"},
    "lot.released": {"note": "复检合格"},
    "certificate.issued": {"contact": "13800000000", "signatory": "张三", "note": "首批"},
    "certificate.voided": {"note": "数量写错"},
    "key.add": {"label": "张三的手机"},
}
