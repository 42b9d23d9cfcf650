"""The bill of materials: what production installs, with hashes, as CycloneDX reads it. Made from the lock files alone.

It bears neither a serial number nor a time, so that the same lock files make the same bytes.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "var" / "sbom.json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LOCKED = "node_modules/"


def python_packages(lock: str) -> Iterator[Component]:
    """Give the packages of a pip lock file; of several files of one version, the hash of each."""
    for entry in re.split(r"\n(?=\S)", lock):
        if pinned := _PINNED.match(entry):
            name, version = pinned.groups()
            hashes = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in _HASH.findall(entry)]
            yield _component(PackageURL("pypi", name=name, version=version), hashes)


def npm_packages(lock: str) -> Iterator[Component]:
    """Give the packages of an npm lock file that pages load; not those of tests."""
    for path, entry in json.loads(lock)["packages"].items():
        if path.startswith(_LOCKED) and not entry.get("dev"):
            space, _, name = path.rpartition(_LOCKED)[2].rpartition("/")
            content = base64.b64decode(entry["integrity"].removeprefix("sha512-")).hex()
            url = PackageURL("npm", namespace=space or None, name=name, version=entry["version"])
            yield _component(url, [HashType(alg=HashAlgorithm.SHA_512, content=content)])


def _component(url: PackageURL, hashes: list[HashType]) -> Component:
    return Component(
        name=url.name,
        group=url.namespace,
        version=url.version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=str(url),
        hashes=hashes,
    )


def make(*, python: str, npm: str) -> str:
    """Write the bill for two lock files."""
    bom = Bom(components=[*python_packages(python), *npm_packages(npm)])
    product = Component(name="suyuan", type=ComponentType.APPLICATION, bom_ref="suyuan")
    bom.metadata.component = product
    bom.register_dependency(product, bom.components)
    found = json.loads(JsonV1Dot6(bom).output_as_string())
    del found["serialNumber"], found["metadata"]["timestamp"]
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def of_this_tree() -> str:
    """Write the bill for what production installs of this tree."""
    return make(
        python=(ROOT / "requirements" / "base.txt").read_text(),
        npm=(ROOT / "package-lock.json").read_text(),
    )


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(of_this_tree())
    print(PATH)
