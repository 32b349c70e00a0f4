"""Every network and configuration of the course, by its name in the ledger.

`NETWORKS["vgg19"](input_shape=(64, 64, 3))` builds one. A new network is a line in each table;
of the sizes of a family the smallest stands first, and the tests train that one.
"""

from functools import partial

from utils.networks.alexnet import alexnet
from utils.networks.densenet import BLOCKS as DENSE_BLOCKS
from utils.networks.densenet import densenet, densenet_cifar
from utils.networks.efficientnet import SCALES, efficientnet
from utils.networks.googlenet import googlenet
from utils.networks.lenet import lenet5, lenet5_1998
from utils.networks.mobilenet import mobilenet, mobilenet_v2
from utils.networks.network_in_network import network_in_network
from utils.networks.relatives import RESNEXT, SE, resnext, se_resnet
from utils.networks.resnet import plain, resnet
from utils.networks.resnet_cifar import plain_cifar, resnet_cifar, wide_resnet
from utils.networks.vgg import vgg
from utils.networks.xception import xception

# The fewest pixels that an image may have on a side.
SMALLEST = {
    lenet5: 16,
    lenet5_1998: 32,
    alexnet: 67,
    vgg: 32,
    plain: 32,
    resnet: 32,
    plain_cifar: 8,
    resnet_cifar: 8,
    network_in_network: 9,
    googlenet: 65,
    mobilenet: 32,
    mobilenet_v2: 32,
    efficientnet: 32,
    densenet: 32,
    densenet_cifar: 8,
    resnext: 32,
    se_resnet: 32,
    wide_resnet: 8,
    xception: 32,
}

# Depth and width of the wide networks in their paper, tables 4 to 6; the fewest layers first.
WIDE = ((16, 4), (16, 8), (16, 10), (22, 8), (22, 10), (28, 10), (28, 12))
WIDE += ((40, 1), (40, 2), (40, 4), (40, 8))

NETWORKS = {
    "lenet5": partial(lenet5),
    "lenet5_1998": partial(lenet5_1998),
    "alexnet": partial(alexnet),
    "alexnet_one_tower": partial(alexnet, towers=1),
    "vgg11": partial(vgg, column="A"),
    "vgg13": partial(vgg, column="B"),
    "vgg16c": partial(vgg, column="C"),
    "vgg16": partial(vgg, column="D"),
    "vgg19": partial(vgg, column="E"),
    **{f"plain{n}": partial(plain, depth=n) for n in (18, 34)},
    **{f"resnet{n}": partial(resnet, depth=n) for n in (18, 34, 50, 101, 152)},
    **{f"resnet{n}_a": partial(resnet, depth=n, shortcut="A") for n in (18, 34)},
    **{f"resnet{n}_c": partial(resnet, depth=n, shortcut="C") for n in (18, 34)},
    **{f"plain{n}_cifar": partial(plain_cifar, depth=n) for n in (20, 56)},
    **{f"resnet{n}_cifar": partial(resnet_cifar, depth=n) for n in (20, 32, 44, 56, 110, 1202)},
    **{
        f"resnet{n}_cifar_b": partial(resnet_cifar, depth=n, shortcut="B")
        for n in (20, 32, 44, 56, 110)
    },
    "network_in_network": partial(network_in_network),
    "googlenet": partial(googlenet),
    "googlenet_main": partial(googlenet, auxiliary=False),
    "mobilenet": partial(mobilenet),
    **{f"mobilenet_{width}": partial(mobilenet, width=width) for width in (0.75, 0.5, 0.25)},
    "mobilenet_v2": partial(mobilenet_v2),
    **{
        f"mobilenet_v2_{width}": partial(mobilenet_v2, width=width)
        for width in (1.4, 1.3, 0.75, 0.5, 0.35)
    },
    **{f"efficientnet_{size.lower()}": partial(efficientnet, size=size) for size in SCALES},
    **{f"densenet{n}": partial(densenet, depth=n) for n in DENSE_BLOCKS},
    "densenet40_cifar": partial(densenet_cifar, depth=40, bottleneck=False),
    "densenet100_cifar": partial(densenet_cifar, depth=100, bottleneck=False),
    "densenet100_cifar_24": partial(densenet_cifar, depth=100, growth=24, bottleneck=False),
    "densenet_bc100_cifar": partial(densenet_cifar, depth=100),
    "densenet_bc250_cifar": partial(densenet_cifar, depth=250, growth=24),
    "densenet_bc190_cifar": partial(densenet_cifar, depth=190, growth=40),
    **{f"resnext{n}": partial(resnext, depth=n) for n in RESNEXT},
    **{f"se_resnet{n}": partial(se_resnet, depth=n) for n in SE},
    **{
        f"preactivated{n}_cifar": partial(resnet_cifar, depth=n, preactivation=True)
        for n in (110, 164, 1001)
    },
    **{
        f"wide_resnet{depth}_{width}": partial(wide_resnet, depth=depth, width=width)
        for depth, width in WIDE
    },
    "xception": partial(xception),
}
