"""What layers and activations are called in a sentence."""

# What a layer is called in a sentence; the names of keras.ops are spelled alike.
WORDS = {
    "Activation": "activation",
    "Add": "addition",
    "AveragePool": "average pooling",
    "AveragePooling2D": "average pooling",
    "BatchNormalization": "batch normalisation",
    "Concatenate": "concatenation",
    "Conv2D": "convolution",
    "Dense": "dense layer",
    "DepthwiseConv2D": "depthwise convolution",
    "Dropout": "dropout",
    "Flatten": "flattening",
    "GetItem": "slice",
    "GlobalAveragePooling2D": "global average pooling",
    "GroupedConv2D": "convolution",
    "GlobalMaxPooling2D": "global max pooling",
    "LocalResponseNormalization": "local response normalisation",
    "MaxPool": "max pooling",
    "MaxPooling2D": "max pooling",
    "Mean": "mean",
    "Multiply": "multiplication",
    "PadChannels": "padded shortcut",
    "Relu": "ReLU",
    "Rescaling": "rescaling",
    "ReLU": "ReLU",
    "Reshape": "reshaping",
    "SeparableConv2D": "separable convolution",
    "Softmax": "softmax",
    "SpatialDropout2D": "dropout of whole channels",
    "Tanh": "tanh",
    "ZeroPadding2D": "zero padding",
}
ACTIVATIONS = {"relu": "ReLU", "<lambda>": "activation of your own"}
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
SPELLED = ("softmax", "sigmoid", "tanh")  # activations whose names are words already
