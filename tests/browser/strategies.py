"""Worlds that Hypothesis makes."""

import unicodedata
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.browser import worlds

texts = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"\A[a-zA-Z_]{1,8}\Z"), inner, max_size=3)
    ),
    max_leaves=8,
)
bodies = st.dictionaries(st.from_regex(r"\A[a-z_]{1,8}\Z"), values, max_size=4)


@st.composite
def made_worlds(draw: st.DrawFn, people: Sequence[int] = (10**6,)) -> worlds.World:
    world = worlds.World()
    key = worlds.device(draw(st.integers(0, 3)))
    world.add_key(key)
    for _ in range(draw(st.integers(1, 12))):
        entity = f"lot:{draw(st.integers(0, 3))}"
        known = sorted(world.heads)
        world.add(
            entity,
            body=draw(bodies),
            inputs=[one for one in draw(st.lists(st.sampled_from(known), max_size=2)) if one != entity],
            private=draw(st.dictionaries(st.from_regex(r"\A[a-z][a-z_.]{0,5}\Z"), values, max_size=2)),
            files=draw(st.lists(st.binary(max_size=3), max_size=2, unique=True)),
            key=key if draw(st.booleans()) else None,
            # Now and then somebody else's name stands over what the key signed.
            person=draw(st.sampled_from(people)),
        )
    return world
