from uuid import UUID

from config.demo.seed import Seed


def test_ids_follow_from_seed_and_name() -> None:
    assert Seed(7).id_of("plot dongdafang") == UUID("c4266351-db39-5f02-a422-061870b52ab5")
    assert Seed(7).id_of("plot heyandi") != Seed(7).id_of("plot dongdafang")
    assert Seed(8).id_of("plot dongdafang") != Seed(7).id_of("plot dongdafang")


def test_dice_of_one_name_do_not_heed_those_of_another() -> None:
    Seed(7).dice("works heyandi").random()

    thrown = [Seed(7).dice("works dongdafang").randrange(1000) for _ in range(2)]

    assert thrown[0] == thrown[1]
    assert Seed(7).dice("works dongdafang").random() != Seed(7).dice("works heyandi").random()
