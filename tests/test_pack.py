"""What lecturers take with them: cards for Anki, slides of figures with their sentences."""

import pack


def test_cards_have_the_glossary_and_the_networks():
    cards = pack.anki()
    fronts = [front for front, _ in cards]
    assert len(set(fronts)) == len(fronts) > 100 and all(back for _, back in cards)
    assert dict(cards)["AlexNet: which error does its paper report?"] == "40.7 % (ImageNet)"
    words = (pack.ROOT / "notebooks" / "glossary.md").read_text().count("\n**")
    assert sum("?" not in front for front in fronts) == words
    assert not any("\t" in text or "\n" in text for card in cards for text in card)


def test_slides_show_each_figure_with_its_sentence():
    page = pack.slides("A & B", [("Why", "05-01", 'a "sentence"'), ("How", "05-02", "another")])
    assert page.count("<section>") == 3 and "<h1>A &amp; B</h1>" in page
    assert 'src="../figures/05-01.svg" alt="a &quot;sentence&quot;"' in page
    assert "<p>another</p>" in page
