"""Files that ship with the course, checked whenever they are read."""

import hashlib


def read(path):
    """The bytes of a file that ships, a Path, whose hash is in SHA256SUMS of its folder.

    Raises FileNotFoundError where it is missing, ValueError where it is another than was shipped,
    both with the command that brings it back.
    """
    way_out = f"bring it back with: git checkout -- {path}"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; {way_out}")
    lines = (path.parent / "SHA256SUMS").read_text().splitlines()
    expected = dict(line.split()[::-1] for line in lines).get(
        path.name, "a sum that SHA256SUMS lacks"
    )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} is not the official file: {len(content):,} bytes with SHA-256 {found}, "
            f"expected {expected}; {way_out}"
        )
    return content
