"""What keeps a training: checkpoints while it runs, and its history over all interruptions."""

import keras

from utils.training import checkpoints
from utils.training.sharing import is_chief


class Keeper(keras.callbacks.Callback):
    """Writes checkpoints during the training, and knows where it has to go on."""

    def __init__(self, model, train, folder, every):
        super().__init__()
        if every is not None and every < 1:
            raise ValueError(f"every is {every}; it must be 1 step or more")
        self.folder, self.every, self.steps = folder, every, train.steps
        self.step, self.history, self.writes = 0, {}, is_chief(model)
        self.settings = {
            "images": len(train.images),
            "batch_size": train.batch_size,
            "seed": train.seed,
            "augment": train.augment,
        }
        self._metrics = None
        if folder is not None:
            self._resume(model)

    def _resume(self, model):
        notes, arrays = checkpoints.latest(self.folder)
        if notes is None:
            return
        if notes["settings"] != self.settings:
            raise ValueError(
                f"the checkpoint in {self.folder} was made with {notes['settings']}, and this "
                f"training has {self.settings}; choose another folder, or those"
            )
        checkpoints.restore(model, arrays, self.folder)
        self.step, self.history = notes["step"], notes["history"]
        if self.step % self.steps:
            self._metrics = arrays
        epoch, done = divmod(self.step, self.steps)
        print(f"going on with epoch {epoch + 1}{f', after {done} steps of it' if done else ''}")

    def on_epoch_begin(self, epoch, logs=None):
        if self._metrics is not None:  # of the steps before the interruption
            checkpoints.restore(self.model, self._metrics, self.folder, ["metrics"])
            self._metrics = None
        elif self.step == 0:
            self._save()  # so that a folder that cannot be written to is found at once

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.every and self.step % self.every == 0 and self.step % self.steps:
            self._save()

    def on_epoch_end(self, epoch, logs=None):
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        self._save()

    def _save(self):
        if self.folder is None:
            return
        arrays = checkpoints.read(self.model)
        if self.writes:
            checkpoints.save(self.folder, arrays, self.step, self.history, self.settings)


def finished(history, keeper):
    """The History of the whole training, what came before an interruption included."""
    history.history = {name: list(values) for name, values in keeper.history.items()}
    history.epoch = list(range(max(map(len, keeper.history.values()), default=0)))
    return history
