"""The recap cards say what the ledger, the networks and the results of the race say."""

import build_cards
import pytest
from matplotlib.image import imread

from utils import figures, papers

MADE = {paper["name"]: build_cards.build(paper) for paper in papers.read()}


def test_the_page_is_the_one_that_its_script_writes():
    page = (build_cards.NOTEBOOKS / "cards.md").read_text()
    assert page == build_cards.text(MADE), "run python scripts/build_cards.py"


@pytest.mark.parametrize("paper", papers.read(), ids=lambda paper: paper["name"])
def test_each_picture_is_that_of_its_network(paper):
    picture = imread(build_cards.NOTEBOOKS / "cards" / f"{paper['ledger']}.png")
    wide, high = figures.volumes(MADE[paper["name"]], by_stage=True).get_size_inches()
    assert picture.shape[:2] == (round(100 * high), round(100 * wide))


def test_a_paper_stands_where_its_first_month_puts_it():
    months = [paper["first"] for paper in papers.read()]
    assert months == sorted(months)


def test_what_a_paper_reports_is_the_first_of_its_lines():
    assert papers.error("alexnet") == ("ImageNet", 40.7)
    assert papers.error("mobilenet") == ("ImageNet", 29.4)
    assert papers.error("googlenet_main") == ("ImageNet, first five", 10.07)
    assert papers.error("plain20_cifar") is None


def test_each_size_of_maps_has_one_row_of_a_card():
    for paper in papers.read():
        _, _, *rows = build_cards.stages(MADE[paper["name"]])
        sizes = [row.split("|")[1] for row in rows]
        assert len(set(sizes)) == len(sizes) < 10, paper["name"]
    assert "| 224×224 | 2 | 38,720 | 12.5 % |" in build_cards.stages(MADE["VGG-16"])
