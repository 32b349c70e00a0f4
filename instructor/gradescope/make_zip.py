"""Makes the zip that Gradescope takes as an autograder.

    python instructor/gradescope/make_zip.py --exercises 05 --out autograder.zip

It holds setup.sh, which fetches the course at this copy's commit and installs what it needs, and
run_autograder, which grades the notebook that was handed in.
"""

import argparse
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

SETUP = """#!/usr/bin/env bash
set -e
apt-get update && apt-get install -y git python3 python3-venv
git clone https://github.com/{repository} /autograder/course
git -C /autograder/course checkout {commit}
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install -r /autograder/course/requirements.txt
"""
RUN = """#!/usr/bin/env bash
cd /autograder
notebook=$(ls submission/*.ipynb | head -n 1)
cp "$notebook" submission.ipynb
rm -rf grades
grade="venv/bin/python course/scripts/grade.py"
$grade submission.ipynb --exercises {exercises} --out grades --jobs 1
mkdir -p results
cp grades/gradescope/submission.json results/results.json
"""


def files(exercises, commit, repository):
    """{name in the zip: text}."""
    setup = SETUP.format(commit=commit, repository=repository)
    return {"setup.sh": setup, "run_autograder": RUN.format(exercises=" ".join(exercises))}


def make(path, exercises, commit, repository):
    """Writes the zip, whose files may be executed."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files(exercises, commit, repository).items():
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, text)


def main(arguments=None):
    import grade
    from build_notebooks import repository

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--exercises", nargs="+", required=True, help="lessons, or exercises")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        grade.chosen(options.exercises)
    except ValueError as error:
        parser.error(str(error))
    commit = subprocess.check_output(["git", "-C", str(ROOT), "rev-parse", "HEAD"], text=True)
    make(options.out, options.exercises, commit.strip(), repository())
    print(options.out)


if __name__ == "__main__":
    main()
