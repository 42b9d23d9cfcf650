"""Which pictures there are. Everything that they show comes from the demonstration and is generated."""

from scripts.pictures import moves
from scripts.pictures.picture import DESK, TABLET, Picture

WANG, LI, COOPERATIVE, TECHNICIAN = "13000000001", "13000000002", "13000000004", "13000000005"
MILL, PLANT, LABORATORY, REGULATOR = "13000000006", "13000000007", "13000000008", "13000000009"
OPERATOR, ZHENG, BANK = "13000000010", "13000000012", "13000000013"

RICE = "/01/09520260000103/10/PJ261016A1"
FIELDS = "/fields/"

CONSUMERS = (
    Picture(name="images/trace.png", sharp=2, start=RICE, do=moves.checked, most=1040),
    Picture(
        name="images/trace-steps.png", sharp=2, start=RICE, do=moves.checked, begins="main h2:has(+ .land)", most=900
    ),
    Picture(
        name="images/trace-changed.png",
        sharp=2,
        start=RICE,
        before=moves.change_on_the_way,
        do=moves.checked,
        begins="h1",
        most=560,
    ),
    Picture(
        name="images/trace-held.png",
        sharp=2,
        start="/trace/daa4a32b-7fcc-50f6-b1ab-c5c50b195896",
        do=moves.checked,
        most=560,
    ),
    Picture(name="images/feedback.png", sharp=2, start=RICE, links=(".foot a",), most=1160),
)
FARMERS = (
    Picture(name="guides/images/farmers-home.png", phone=WANG, start=FIELDS, do=moves.fields, most=780),
    Picture(name="guides/images/farmers-water.png", phone=WANG, start=FIELDS, do=moves.watering, most=780),
    Picture(name="guides/images/farmers-spray.png", phone=WANG, start=FIELDS, do=moves.spraying, most=1000),
    Picture(
        name="guides/images/farmers-interval.png", phone=WANG, start=FIELDS, do=moves.harvesting_too_early, most=900
    ),
    Picture(name="guides/images/farmers-lot.png", phone=WANG, start=FIELDS, do=moves.harvested, most=780),
    Picture(name="guides/images/farmers-uploads.png", phone=WANG, start=FIELDS, do=moves.waiting, most=780),
    Picture(
        name="guides/images/farmers-plot.png",
        phone=WANG,
        start="/plots/new/",
        do=moves.drawing,
        begins="[data-outline]",
        most=780,
    ),
    Picture(name="guides/images/growers-sold.png", phone=LI, start="/market/growing/", most=1800),
)
CREDIT = (
    Picture(name="guides/images/credit-home.png", phone=ZHENG, start="/credit/", most=1000),
    Picture(name="guides/images/credit-new.png", phone=ZHENG, start="/credit/consents/new/", most=1000),
    Picture(
        name="guides/images/credit-give.png", phone=ZHENG, start="/credit/consents/new/", do=moves.wished, most=1000
    ),
    Picture(
        name="guides/images/credit-code.png", phone=TECHNICIAN, start="/credit/helped/", do=moves.helping, most=1000
    ),
)
PLANTS = (
    Picture(name="guides/images/processors-intake.png", phone=MILL, start="/plant/intake/", width=TABLET, most=640),
    Picture(
        name="guides/images/processors-weigh.png",
        phone=MILL,
        start="/plant/intake/",
        links=("main .rows a", "a[href$='/weigh/']"),
        do=moves.weighing,
        width=TABLET,
        most=1000,
    ),
    Picture(
        name="guides/images/processors-run.png",
        phone=PLANT,
        start="/plant/runs/new/",
        do=moves.roasting,
        width=TABLET,
        most=2250,
    ),
    Picture(
        name="guides/images/processors-losses.png",
        phone=PLANT,
        start="/plant/losses/?month=2026-03",
        width=TABLET,
        most=900,
    ),
    Picture(name="guides/images/processors-stock.png", phone=MILL, start="/plant/stock/", width=TABLET, most=820),
)
MARKET = (
    Picture(name="guides/images/market-board.png", phone=COOPERATIVE, start="/market/board/", width=DESK, most=1100),
    Picture(
        name="guides/images/market-run.png",
        phone=OPERATOR,
        start="/market/",
        links=("a[href^='/market/runs/']:has(.badge--straw)",),
        width=DESK,
        most=1150,
    ),
    Picture(
        name="guides/images/sellers-channels.png", phone=COOPERATIVE, start="/market/channels/", width=DESK, most=900
    ),
    Picture(
        name="guides/images/sellers-campaign.png",
        phone=COOPERATIVE,
        start="/market/channels/qingwei-live/nianhuo/",
        most=1100,
    ),
    Picture(
        name="guides/images/sellers-order.png",
        phone=COOPERATIVE,
        start="/market/selling/",
        links=("a:has-text('DEMO-O8')", "a[href*='/order/mine/']"),
        do=moves.as_a_stranger,
        most=1000,
    ),
    Picture(
        name="guides/images/sellers-statement.png",
        phone=COOPERATIVE,
        start="/market/dealing/",
        links=("a[href^='/market/dealing/statements/']",),
        width=DESK,
        most=900,
    ),
)
OFFICES = (
    Picture(
        name="guides/images/inspection-held-lot.png",
        phone=REGULATOR,
        start="/inspection/",
        links=("a[href^='/inspection/lots/']",),
        width=TABLET,
        most=1000,
    ),
    Picture(
        name="guides/images/regulators-lot.png",
        phone=REGULATOR,
        start="/authority/?code=20261002-F089D9",
        width=DESK,
        most=900,
    ),
    Picture(
        name="guides/images/regulators-recall-phone.png",
        phone=MILL,
        start="/authority/",
        links=("a[href^='/authority/recalls/']",),
        most=1500,
    ),
    Picture(name="guides/images/operators-log.png", phone=OPERATOR, start="/operator/log/", width=DESK, most=1000),
    Picture(
        name="guides/images/operators-witnesses.png",
        phone=OPERATOR,
        start="/operator/log/",
        width=DESK,
        begins="#witnesses",
        most=420,
    ),
    Picture(
        name="guides/images/scorecards-correct.png",
        phone=OPERATOR,
        start="/operator/cards/",
        links=("main a[href^='/operator/cards/']", "a[href$='/correct/']"),
        most=1080,
    ),
    Picture(name="guides/images/banks-home.png", phone=BANK, start="/bank/", width=DESK, most=1450),
    Picture(
        name="guides/images/banks-certificate.png",
        start="/certificate/01f734ef-75af-5330-bef7-904a64fae3eb/",
        do=moves.found_genuine,
        most=800,
    ),
)
BOOK = CONSUMERS + FARMERS + CREDIT + PLANTS + MARKET + OFFICES
