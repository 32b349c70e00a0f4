"""What figures draw, read back from their axes."""

import keras
import numpy as np
import pytest
from matplotlib.text import Text
from weightless import weightless

from utils import cost, figures, networks, results

RANDOM = np.random.default_rng(0)


def test_learning_curves():
    history = {"accuracy": [0.5, 0.75], "val_accuracy": [0.6, 0.7]}
    (ax,) = figures.learning_curves({"mine": history}).axes
    assert np.allclose([line.get_ydata() for line in ax.lines], [[60, 70], [50, 75]])
    assert [line.get_label() for line in ax.lines] == ["mine, test", "mine, training"]
    with pytest.raises(ValueError, match="no val_accuracy.*validation_data"):
        figures.learning_curves({"mine": {"accuracy": [0.5]}})


def test_training_errors():
    (ax,) = figures.training_errors({"ReLU": {"accuracy": [0.5, 0.75]}}, level=25).axes
    curve, level = ax.lines
    assert np.allclose(curve.get_ydata(), [50, 25]) and curve.get_label() == "ReLU"
    assert list(level.get_ydata()) == [25, 25]


def test_channel_bars_are_one_panel_each():
    figure = figures.channel_bars({"before": [1, 2, 3], "after": [3, 2, 1]})
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["before", "after"]
    heights = [[bar.get_height() for bar in ax.patches] for ax in figure.axes]
    assert heights == [[1, 2, 3], [3, 2, 1]]


def test_layer_bars_start_at_the_top():
    (ax,) = figures.layer_bars({"first": 1.0, "second": 0.5}, "size").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    assert [bar.get_width() for bar in ax.patches] == [1.0, 0.5]
    assert ax.yaxis_inverted() and ax.get_xlabel() == "size"


def test_traces_show_when_each_task_runs():
    panels = {"before": {"images": [(0, 3), (5, 8)], "training": [(3, 5), (8, 9)]}}
    (ax,) = figures.traces(panels).axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["images", "training"]
    ends = [[path.get_extents().x1 for path in bars.get_paths()] for bars in ax.collections]
    assert ends == [[3, 8], [5, 9]]
    assert ax.get_title(loc="left") == "before" and ax.yaxis_inverted()
    assert len(figures.traces(panels | {"after": panels["before"]}).axes) == 2


def test_layer_bars_of_several_networks_share_the_rows():
    values = {"one": {"a": 1.0, "b": 0.5}, "other": {"b": 0.25}}
    figure = figures.layer_bars(values, "size")
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    first, second = ax.containers
    assert [bar.get_width() for bar in second] == [0.25]
    assert first[1].get_y() < 1 < second[0].get_y() + second[0].get_height()  # side by side at b
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["one", "other"]


def test_cost_against_depth_is_in_millions_and_billions():
    families = {"VGG": [(16, 138_000_000, 15_500_000_000), (19, 144_000_000, 19_600_000_000)]}
    parameters, work = figures.cost_against_depth(families).axes
    assert parameters.lines[0].get_xydata().tolist() == [[16, 138], [19, 144]]
    assert work.lines[0].get_xydata().tolist() == [[16, 15.5], [19, 19.6]]


def test_memory_bars_are_megabytes():
    model = networks.lenet5()
    one, many = figures.memory_bars(cost.table(model), batches=(1, 64)).axes
    names = [label.get_text() for label in one.get_yticklabels()]
    assert names == ["C1", "S2", "C3", "S4", "C5", "F6", "predictions"]
    weights, outputs = ([bar.get_width() for bar in bars] for bars in one.containers)
    assert sum(weights) == pytest.approx(4 * 61_706 / 1e6)
    assert outputs[0] == pytest.approx(4 * 28 * 28 * 6 / 1e6)
    assert many.containers[1][0].get_width() == pytest.approx(64 * outputs[0])


def test_path_counts_write_what_is_reached():
    counts = np.pad([[1, 2, 1], [2, 4, 2], [1, 2, 1]], 1)
    (ax,) = figures.path_counts({"two": counts}).axes
    assert {t.get_text() for t in ax.texts} == {"1", "2", "4"} and len(ax.texts) == 9
    np.testing.assert_allclose(np.square(ax.images[0].get_array()), counts)


def test_receptive_fields_are_squares_in_the_middle():
    figure = figures.receptive_fields(np.zeros((224, 224, 3)), {"deep": 100, "shallow": 5})
    deep, shallow = figure.axes[0].patches
    assert deep.get_width() == deep.get_height() == 100 and shallow.get_width() == 5
    assert deep.get_xy() == (61.5, 61.5)
    assert [t.get_text() for t in figure.legends[0].texts] == ["deep: 100×100", "shallow: 5×5"]


def test_cost_bars_add_up_to_the_network():
    table = cost.table(weightless(networks.alexnet))
    (ax,) = figures.cost_bars(table).axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "predictions"]
    for bars in ax.containers:
        if hasattr(bars, "patches"):
            assert sum(bar.get_width() for bar in bars) == pytest.approx(100)


def test_confusion_matrix_counts():
    figure = figures.confusion_matrix([0, 0, 1, 2], [0, 1, 1, 1], ["a", "b", "c"])
    counts = {t.get_position(): t.get_text() for t in figure.axes[0].texts}
    assert counts == {(0, 0): "1", (1, 0): "1", (1, 1): "1", (1, 2): "1"}


def test_connection_table_counts_each_column():
    figure = figures.connection_table([[True, False, False], [True, True, False]])
    labels = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert labels == ["0\n(2)", "1\n(1)", "2\n(0)"]
    marks = figure.axes[0].collections[0].get_offsets().tolist()  # (column, row)
    assert sorted(marks) == [[0, 0], [0, 1], [1, 1]]


def test_mistakes_are_the_worst_first():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
    pictures = RANDOM.normal(size=(4, 3, 3))
    figure = figures.mistakes(pictures, [0, 0, 0, 1], probabilities, ["a", "b"])
    np.testing.assert_array_equal(drawn(figure), pictures[[1, 2]])
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["is a\nsaid b\n(80% sure)", "is a\nsaid b\n(60% sure)"]
    with pytest.raises(ValueError, match="no mistakes"):
        figures.mistakes(pictures, [0, 1, 1, 1], probabilities, ["a", "b"])


def drawn(figure):
    return [ax.images[0].get_array() for ax in figure.axes if ax.images]


def test_images_fill_the_grid_and_no_more():
    pictures = RANDOM.normal(size=(7, 4, 4))
    np.testing.assert_array_equal(drawn(figures.images(pictures, columns=3)), pictures)


def test_class_maps_lie_over_their_images():
    pictures, maps = RANDOM.normal(size=(3, 8, 8, 1)), RANDOM.uniform(size=(3, 2, 2))
    axes = figures.class_maps(pictures, maps, ["a", "b", "c"], columns=2).axes
    assert [ax.get_title() for ax in axes] == ["a", "b", "c"]
    for ax, picture, values in zip(axes, pictures, maps):
        image, over = ax.images
        np.testing.assert_array_equal(image.get_array(), picture[..., 0])
        np.testing.assert_array_equal(over.get_array(), values)
        assert over.get_extent() == image.get_extent() and over.get_clim() == (0, values.max())


def test_bottleneck_cost_marks_its_width_and_the_break_even_point():
    (ax,) = figures.bottleneck_cost({1: 1e6, 2: 2e6, 3: 3e6, 4: 4e6}, direct=3e6, marked=2).axes
    line, direct, *points = ax.lines
    assert line.get_ydata().tolist() == [1, 2, 3, 4] and set(direct.get_ydata()) == {3}
    assert [point.get_xydata().tolist() for point in points] == [[[2, 2]], [[3, 3]]]
    assert [text.get_text() for text in ax.texts] == ["2 channels", "3 channels"]


def test_images_of_booleans_are_white_and_black():
    (ax,) = figures.images([np.ones((2, 2), bool)], columns=1).axes
    assert ax.images[0].get_clim() == (0, 1)


def test_filters_are_drawn_on_one_scale():
    model = networks.lenet5()
    figure = figures.filters(model, "C1")
    limits = {ax.images[0].get_clim() for ax in figure.axes if ax.images}
    assert len(limits) == 1
    np.testing.assert_array_equal(
        np.stack(drawn(figure), -1), model.get_layer("C1").kernel[:, :, 0]
    )
    grey = networks.alexnet(width=1 / 4, input_shape=(67, 67, 1))
    assert len(drawn(figures.filters(grey, "conv1_a"))) == 12  # a last row that is not full
    depthwise = networks.mobilenet(width=1 / 4, input_shape=(32, 32, 3))
    shown = np.stack(drawn(figures.filters(depthwise, "conv_dw_1")), -1)
    np.testing.assert_array_equal(shown, depthwise.get_layer("conv_dw_1").kernel[..., 0])
    with pytest.raises(ValueError, match="C3.*5, 5, 6, 16"):
        figures.filters(networks.lenet5(), "C3")


def test_feature_maps_draw_every_map():
    image, model = RANDOM.normal(size=(32, 32, 1)), networks.lenet5()
    maps = drawn(figures.feature_maps(model, image, ["C1", "S2", "C3", "S4"]))
    assert len(maps) == 1 + 6 + 6 + 16 + 16
    c1 = model.get_layer("C1")(image[None].astype("float32"))
    s2 = model.get_layer("S2")(c1)
    np.testing.assert_allclose(np.stack(maps[1:7], -1), c1[0], atol=1e-6)
    np.testing.assert_allclose(np.stack(maps[7:13], -1), s2[0], atol=1e-6)
    with pytest.raises(ValueError, match="F6"):
        figures.feature_maps(model, image, ["F6"])


def test_gradient_norms_are_a_panel_a_kind():
    panels = {"plain": {10: [1.0, 0.1, 0.01], 20: [1.0, 2.0]}, "residual": {10: [1.0, 1.0, 1.0]}}
    plain, residual = figures.gradient_norms(panels, columns=2).axes
    assert [plain.get_title(), residual.get_title()] == ["plain", "residual"]
    assert [line.get_label() for line in plain.lines] == ["10 layers", "20 layers"]
    assert list(plain.lines[0].get_xdata()) == [0, 0.5, 1] and plain.get_yscale() == "log"
    assert plain.get_ylim() == residual.get_ylim()
    (ax,) = figures.gradient_norms({"start": {"main loss only": [1.0, 2.0]}}).axes[:1]
    assert ax.lines[0].get_label() == "main loss only"


def test_training_losses_give_a_size_one_colour():
    losses = {"loss": [2.0, 1.0]}
    names = ["plain-8", "residual-8", "plain-20", "residual-20"]
    (ax,) = figures.training_losses(dict.fromkeys(names, losses)).axes
    colours = [line.get_color() for line in ax.lines]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert [line.get_linestyle() for line in ax.lines] == ["--", "-", "--", "-"]


def test_errors_against_depth_are_a_line_of_means_and_all_runs():
    families = {"plain": {8: [0.0, 0.02], 56: [0.2, 0.4]}, "residual": {8: [0.0], 56: [0.0]}}
    (ax,) = figures.errors_against_depth(families, "error").axes
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert np.allclose(lines["plain"].get_ydata(), [1, 30])
    assert list(lines["residual"].get_xdata()) == [8, 56]
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert sum(len(line.get_ydata()) for line in dots) == 6
    assert ax.get_ylabel() == "error (%)" and [int(x) for x in ax.get_xticks()] == [8, 56]


def test_one_pixel_is_the_sum_that_keras_makes():
    image, kernel = RANDOM.normal(size=(9, 8, 3)), RANDOM.normal(size=(3, 3, 3))
    figure = figures.one_pixel(image, kernel, 2, 1, stride=2)
    layer = keras.layers.Conv2D(1, 3, strides=2, use_bias=False)
    layer.build((None, 9, 8, 3))
    layer.set_weights([kernel[..., None]])
    expected = keras.ops.convert_to_numpy(layer(image[None]))[0, ..., 0]
    output = figure.axes[-1]
    assert np.allclose(output.images[0].get_array(), expected, atol=1e-5)
    under, square = output.patches  # white below the colour, to be seen on dark and on bright
    assert under.get_xy() == square.get_xy() == (0.5, 1.5)
    assert f"{expected[2, 1]:.2f}".lstrip("-0") in output.get_title()
    assert figure.axes[0].patches[0].get_xy() == (1.5, 3.5)  # the window, from (4, 2)


@pytest.mark.parametrize(
    "image, kernel, place, said",
    [((9, 9), (6, 6), (0, 0), "at most 5×5"), ((9, 9, 3), (3, 3), (0, 0), "same channels")]
    + [((9, 9), (3, 3), (7, 0), "outside the output of 7×7")],
)
def test_one_pixel_refuses_what_it_cannot_draw(image, kernel, place, said):
    with pytest.raises(ValueError, match=said):
        figures.one_pixel(np.ones(image), np.ones(kernel), *place)


def test_numbers_of_any_kind_are_added_as_numbers():
    figure = figures.one_pixel(np.full((4, 4), 250, "uint8"), np.ones((2, 2), int), 0, 0)
    assert figure.axes[-1].get_title() == "sum: 1000"


def test_all_reduce_ends_with_the_sums_everywhere():
    gradients = [[1, 2, 3], [10, 20, 30], [100, 200, 300]]
    before, middle, after = figures.all_reduce(gradients).axes
    numbers = [text.get_text() for text in after.texts]
    assert numbers == ["111", "222", "333"] * 3
    cells = [text.get_text() for text in before.texts if text.get_text()]
    assert cells == [str(n) for row in gradients for n in row]
    assert len(before.texts) - len(cells) == 3  # arrows from each device to the next
    assert sum(text.get_text() in ("111", "222", "333") for text in middle.texts) == 3
    with pytest.raises(ValueError, match="n devices"):
        figures.all_reduce([[1, 2, 3]])


def test_activations_have_their_derivatives_beside_them():
    _, slopes = figures.activations({"tanh": np.tanh}).axes
    x, y = slopes.lines[0].get_xydata().T
    assert np.allclose(y, 1 - np.tanh(x) ** 2, atol=1e-5)


def test_errors_against_work_show_every_run():
    figure = figures.errors_against_work({"a": (10, [0.5, 0.7]), "b": (100, [0.2])}, "error")
    (ax,) = figure.axes
    assert ax.lines[0].get_xydata().tolist() == [[10, 50], [10, 70]]
    assert "the least is that of b, 20.0 %" in figure.sentence


def test_a_slider_draws_again():
    drawn = []

    def draw(row):
        drawn.append(row)
        return figures.one_pixel(np.eye(4), np.ones((2, 2)), row, 0)

    moving = figures.moving(draw, row=(0, 2, 1))
    slider, image = moving.children
    before = image.value
    slider.value = 2
    assert drawn == [1, 2] and image.value != before and bytes(before).startswith(b"\x89PNG")
    assert repr(moving) == "A slider for row and a picture: run the cell to move it."


def test_every_figure_says_what_it_shows():
    history = {"accuracy": [0.5, 0.9], "val_accuracy": [0.6, 0.7], "loss": [1.0, 0.1]}
    other = {"accuracy": [0.5, 0.8], "val_accuracy": [0.6, 0.85], "loss": [1.0, 0.5]}
    both = {"one": history, "two": other}
    assert "one and two" in repr(figures.learning_curves(both))
    assert figures.learning_curves(both).sentence.endswith("two ends above one.")
    assert figures.training_errors(both).sentence.endswith("two ends above one.")
    assert figures.training_losses(both).sentence.endswith("two ends above one.")
    close = {"one": history, "two": history}
    assert figures.learning_curves(close).sentence.endswith("the ends lie close together.")
    bars = {"first": 1.0, "second": 0.5}
    assert "largest in first" in figures.layer_bars(bars, "size").sentence
    assert "none is far ahead" in figures.layer_bars({"a": 1.0, "b": 0.95}, "size").sentence
    table = cost.table(networks.lenet5())
    assert "most parameters in C5 (78 %)" in figures.cost_bars(table).sentence
    labels = np.array([0, 0, 0, 1, 2])
    said = figures.confusion_matrix(labels, np.array([1, 1, 0, 1, 2]), "abc").sentence
    assert said == "What 5 images of 3 classes are, and what the network said."
    panels = {"now": {"images": [(0, 3)], "training": [(3, 5)]}}
    assert (
        figures.traces(panels).sentence == "When images and training are done, a panel each: now."
    )


def test_a_long_sentence_is_cut():
    bars = {f"a network with a long name {n}": {"a": 1.0} for n in range(20)}
    assert len(figures.layer_bars(bars, "size").sentence) <= 250


def test_a_roofline_has_the_bend_where_both_limits_meet():
    layers_ = {"full": (2e9, 1e7, 0.1), "depthwise": (1e7, 1e7, 0.01)}
    figure = figures.roofline(layers_, product=5e10, copy=1e9)
    roof, *points = figure.axes[0].lines
    assert roof.get_xdata()[1] == 50 and list(roof.get_ydata()[1:]) == [50, 50]
    assert roof.get_ydata()[0] == pytest.approx(roof.get_xdata()[0])
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in points] == [(200, 20), (1, 1)]
    assert figure.sentence == (
        "Multiply-adds for each byte that is moved: full 200.0 and depthwise 1.0."
    )


def test_clouds_say_how_far_they_are_from_the_first():
    points = np.eye(2)
    figure = figures.clouds({"points": points, "twice": 2 * points, "none": 0 * points})
    assert [ax.get_title() for ax in figure.axes] == ["points", "twice", "none"]
    assert "twice 100%" in figure.sentence and "none 100%" in figure.sentence
    with pytest.raises(ValueError, match="belong together"):
        figures.clouds({"points": points, "fewer": points[:1]})


def test_guesses_name_the_likeliest_class():
    photos = np.zeros((2, 8, 8, 3), np.uint8)
    figure = figures.guesses(photos, [[("cat", 0.9), ("dog", 0.05)], [("cup", 0.5), ("pot", 0.4)]])
    assert "2 photographs" in repr(figure) and "“cat” and “cup”" in repr(figure)
    assert [bar.get_width() for bar in figure.axes[1].patches] == [90, 5]
    with pytest.raises(ValueError, match=r"\(n, height, width, 3\), from 0 to 255; got the shape"):
        figures.guesses(photos - 1.0, [[("cat", 1)]] * 2)


def test_heat_says_where_a_map_is_highest():
    values = np.zeros((7, 7))
    values[6, 0] = 2
    figure = figures.heat(np.zeros((70, 70, 3)), {"one": values, "other": -values})
    assert "one at the bottom left" in repr(figure)
    (cross,) = figure.axes[1].lines
    np.testing.assert_allclose(cross.get_xydata(), [[4.5, 64.5]])
    assert figure.axes[2].images[1].get_array().max() == 0


def test_cost_against_scale_says_where_lines_end():
    curves = {"depth": {1: 1.0, 2: 2.1}, "width": {1: 1.0, 4: 15.0}}
    figure = figures.cost_against_scale(curves, chosen=3.5)
    assert "depth 2.1 at 2 and width 15.0 at 4; the chosen network 3.50" in repr(figure)
    assert "chosen" not in repr(figures.cost_against_scale(curves))


def test_trained_layers_are_counted_by_part():
    model = networks.efficientnet("Lite0", input_shape=(32, 32, 3), classes=4)
    model.trainable = False
    figure = figures.trained_layers(model)
    assert figure.sentence == "Of 3,376,132 parameters 0 are trained, none."
    model.get_layer("predictions").trainable = True
    model.get_layer("block7a_project_conv").trainable = True
    figure = figures.trained_layers(model)
    (ax,) = figure.axes
    trained, frozen = ([bar.get_width() for bar in bars] for bars in ax.containers)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["stem", *(f"block{n}" for n in range(1, 8)), "top", "predictions"]
    assert dict(zip(names, trained)) == dict.fromkeys(names, 0) | {
        "block7": 1152 * 320,
        "predictions": 1280 * 4 + 4,
    }
    assert sum(trained) + sum(frozen) == 3_371_008 + 5_124
    assert figure.sentence.endswith("373,764 are trained, in block7 and predictions.")


def test_errors_against_images_are_means_and_dots():
    ways = {"few": {10: [0.2, 0.4], 100: [0.1, 0.1]}, "many": {10: [0.5, 0.5], 100: [0.05, 0.03]}}
    figure = figures.errors_against_images(ways, "test error")
    line, *dots = figure.axes[0].lines[:3]
    assert line.get_ydata() == pytest.approx([30, 10])
    assert sorted(dots[0].get_ydata()) == pytest.approx([20, 40])
    assert figure.sentence == (
        "The test error is least, on average: with 10, few (30 %); with 100, many (4 %)."
    )


def test_slopes_are_a_panel_a_network():
    line = np.linspace(-2, 2, 9)
    figure = figures.slopes({"one": line, "two": 4 * line, "three": -line}, line)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title() for ax in shown] == ["one", "two", "three"]
    assert shown[1].lines[0].get_ydata() == pytest.approx(line / 2)
    assert figure.sentence.startswith(
        "The gradient by the input, from -2 to 2, of one, two and three"
    )


def test_errors_without_blocks_are_means_and_dots():
    figure = figures.errors_without({"with": [[0.1, 0.3], [0.2, 0.5]]}, "test error")
    mean, *dots = figure.axes[0].lines
    assert mean.get_ydata() == pytest.approx([15, 40]) and len(dots) == 2
    assert figure.sentence == (
        "With 0 to 1 block left out the test error grows: with from 15 to 40 %."
    )


def test_votes_are_a_row_a_class_with_channels_in_order():
    figure = figures.votes({"early": [[0.9, 0.1], [0.7, 0.3]]}, ["a", "b"])
    (image,) = figure.axes[0].images
    np.testing.assert_allclose(image.get_array(), [[0.1, 0.9], [0.3, 0.7]])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
    assert figure.sentence == (
        "Between classes, a channel's factor differs in early by 0.20, on average."
    )


def test_named_points_show_all_runs_and_names_that_do_not_cover_each_other():
    points = {"old": (10, [30, 34]), "between": (1000, [20]), "between, too": (1001, [20.1])}
    figure = figures.named_points(points, "parameters", "test error (%)")
    (ax,) = figure.axes
    history, means = ax.lines
    assert list(history.get_xdata()) == [10, 1000, 1001]
    assert np.allclose(means.get_ydata(), [32, 20, 20.1])
    assert [text.get_text() for text in ax.texts] == [*points]
    figure.draw_without_rendering()
    one, other = [text.get_window_extent() for text in ax.texts[1:]]
    assert not one.overlaps(other)
    assert "the least has between (20.0), the most old (32.0)" in figure.sentence


def test_named_points_leave_the_bars_free_and_stay_inside():
    points = {"a very long name at the right": (50_000, [5, 6]), "left": (200, [1, 9])}
    points["beside it"] = (210, [5, 5.1])
    figure = figures.named_points(points, "parameters", "test error (%)", line=False)
    (ax,) = figure.axes
    assert len(ax.lines) == 1
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert frame.x0 < box.x0 and box.x1 < frame.x1
    bar = ax.transData.transform([(200, 1), (200, 9)])
    beside = ax.texts[2].get_window_extent()
    assert not beside.x0 < bar[0, 0] < beside.x1
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert {"1,000", "10,000"} <= set(labels)


def test_named_points_in_a_crowd_keep_their_names():
    table, raced = results.costs(), results.raced()
    points = {
        racer: (float(table.loc[racer, "ms a step"]), results.errors(runs, "test"))
        for racer, runs in raced.items()
        if racer != "network in network"
    }
    figure = figures.named_points(points, "milliseconds", "test error")
    (ax,) = figure.axes
    figure.draw_without_rendering()
    ends = {
        name: ax.transData.transform([(x, min(y)), (x, max(y))]) for name, (x, y) in points.items()
    }
    for text in ax.texts:
        name, box = text.get_text(), Text.get_window_extent(text)  # without the line to its point
        for (x, low), (_, high) in ends.values():
            assert not (box.x0 < x < box.x1 and box.y0 < high and low < box.y1), name
        others = [Text.get_window_extent(other) for other in ax.texts if other is not text]
        assert not any(box.overlaps(other) for other in others), name


def test_volumes_by_stage_are_one_a_map_size():
    model = weightless(networks.vgg, "D")
    figure = figures.volumes(model, by_stage=True)
    above = [text.get_text() for text in figure.axes[0].texts]
    assert above.count("3 convs") == 3 and "224×224×3" in above and "14×14×512" in above
    assert "2 × dense" in above
    residual = figures.volumes(weightless(networks.resnet, 50), by_stage=True)
    above = [text.get_text() for text in residual.axes[0].texts]
    assert [text for text in above if "convs" in text] == [
        "10 convs",
        "13 convs",
        "19 convs",
        "10 convs",
    ]
