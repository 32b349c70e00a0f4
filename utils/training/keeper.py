"""What keeps a training: checkpoints while it runs, and its history over all interruptions."""

import json
import time
import zlib
from pathlib import Path

import keras
import numpy as np

from utils.training import checkpoints
from utils.training.optimizers import kinds, rates, set_rates
from utils.training.sharing import is_chief, told, workers
from utils.whole import whole

SEEN = 10  # seconds in which a shared folder shows every worker what one has written


class Keeper(keras.callbacks.Callback):
    """Writes checkpoints during the training, and knows where it has to go on."""

    def __init__(self, model, train, folder, every):
        super().__init__()
        self.every = None if every is None else whole(every, "every")
        self.folder = None if folder is None else Path(folder).expanduser()
        self.steps = train.steps
        self.step, self.history, self.writes = 0, {}, is_chief(model)
        self.skipped = 0  # steps of the epoch that a backend does not count
        self._epoch, self._ended, self._final = 0, 0, {}
        self._metrics, self._held = None, {}
        self._lost, self._warned = False, False
        self._rates = self._going = rates(model)  # as it was compiled, and as it goes on
        if self.folder is not None:
            self.settings = _settings(model, train)
            self._resume(model)

    def _resume(self, model):
        notes, arrays = checkpoints.latest(self.folder)
        self._agree(model, notes)
        if notes is None:
            return
        before = self.settings | notes["settings"]  # older ones have noted less
        other = [name for name in before if before[name] != self.settings.get(name)]
        if set(other) - {"network"}:
            raise ValueError(
                f"the checkpoint in {self.folder} was made with {_chosen(before, other)}, and this "
                f"training has {_chosen(self.settings, other)}; choose another folder, or those"
            )
        checkpoints.check(model, arrays, self.folder)  # which names what has another shape
        if other:
            raise ValueError(
                f"the checkpoint in {self.folder} belongs to a network whose layers are set "
                f"otherwise; choose another folder, or the network that made it"
            )
        checkpoints.restore(model, arrays, self.folder)
        self._going = rates(model)
        for place, began in enumerate(notes.get("rates", self._rates)):
            now = self._rates[place]
            if now not in (began, None):  # what was changed since has its effect
                print(f"going on at the rate {now:g}; the training began at {began:g}")
                self._going[place] = now
        set_rates(model, self._going)
        self.step, self.history = notes["step"], notes["history"]
        self._ended = notes.get("ended", 0)
        self._final = {n: a for n, a in arrays.items() if n.startswith("final ")}
        if self.step % self.steps:
            self._metrics = arrays

    def _agree(self, model, notes):
        """Raises ValueError where workers have found different checkpoints, or train otherwise."""
        known = json.dumps([self.settings, notes], sort_keys=True).encode()
        if len(set(told(model, zlib.crc32(known)))) > 1:
            steps = [int(step) for step in told(model, notes["step"] if notes else 0)]
            raise ValueError(
                f"the workers found different checkpoints in {self.folder}, after {steps} steps, "
                f"or train with different settings: give all the same images, batch_size and a "
                f"folder that they share"
            )

    def is_over(self, model, epochs):
        """Whether nothing is left to do; then the model is as that training left it.

        One that a callback ended is over until more epochs are asked for than it was to have.
        Says where it goes on, or that it is over.
        """
        if not self.step:
            return False
        done, rest = divmod(self.step, self.steps)
        if done < epochs and epochs > self._ended:
            print(f"going on with epoch {done + 1}{f', after {rest} steps of it' if rest else ''}")
            return False
        for place, variable in enumerate(checkpoints.state(model)["model"]):
            variable.assign(self._final.get(f"final {place}", variable))
        print(
            f"this training is over, after {done} epochs{f' and {rest} steps' if rest else ''}: it "
            f"is kept in {self.folder}; more epochs go on with it, another folder begins anew"
        )
        return True

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        if self._metrics is not None:  # of the steps before the interruption
            checkpoints.restore(self.model, self._metrics, self.folder, ["metrics"])
            set_rates(self.model, self._going)  # others may have begun the epoch again
            self._metrics = None
        elif self.step == 0 and self.folder is not None:
            self._save()  # so that a folder that cannot be written to is found at once
            self._check_that_all_see_it()

    def on_train_batch_end(self, batch, logs=None):
        self._lost = not np.isfinite((logs or {}).get("loss", 0)).all()
        before, self.step = self.step, self._epoch * self.steps + self.skipped + batch + 1
        if self.every and self.step // self.every > before // self.every and self.step % self.steps:
            self._save()

    def on_test_begin(self, logs=None):
        if self.step % self.steps:  # an epoch that was stopped: its metrics are needed to finish it
            self._held = checkpoints.read(self.model, ["metrics"])

    def on_epoch_end(self, epoch, logs=None):
        """An epoch that was stopped half way has an entry, too, until it is finished."""
        self.skipped = 0
        for name, value in (logs or {}).items():
            self.history[name] = [*self.history.get(name, [])[:epoch], _plain(value)]
        self._save(self._held)
        self._held = {}

    def on_train_end(self, logs=None):
        """Keeps what happens at the very end: averages or the best weights instead of the last."""
        arrays = checkpoints.read(self.model, ["model"]) if self.folder else {}
        if not self.writes or not checkpoints.are_finite(arrays):
            return
        notes, last = checkpoints.latest(self.folder) if arrays else (None, None)
        if notes is None or notes["step"] != self.step:
            return
        notes["ended"] = self.params["epochs"] if self.model.stop_training else 0
        final = {
            name.replace("model", "final"): array
            for name, array in arrays.items()
            if not np.array_equal(array, last[name])
        }
        if final or notes["ended"]:
            checkpoints.save(self.folder, last | final, notes)

    def _save(self, held=()):
        if self.folder is None:
            return
        arrays = checkpoints.read(self.model) | dict(held)
        if self._lost or not checkpoints.are_finite(arrays):
            self._warn()
        elif self.writes:
            notes = {"step": self.step, "history": self.history, "settings": self.settings}
            notes["rates"] = self._rates
            checkpoints.save(self.folder, arrays, notes)

    def _warn(self):
        if self.writes and not self._warned:
            print(
                f"after step {self.step} the loss or a weight is no number: the checkpoint before, "
                f"in {self.folder}, stays; a smaller rate or global_clipnorm=1 may help"
            )
        self._warned = True

    def _check_that_all_see_it(self):
        """Raises ValueError, on every worker, where one does not see what worker 0 has written."""
        if workers(self.model) == 1:
            return
        told(self.model, 0)  # worker 0 has written
        deadline = time.monotonic() + SEEN
        while not (seen := checkpoints.is_there(self.folder)) and time.monotonic() < deadline:
            time.sleep(0.2)
        if blind := [str(i) for i, saw in enumerate(told(self.model, seen)) if not saw]:
            raise ValueError(
                f"worker {', '.join(blind)} does not see what worker 0 wrote to {self.folder}: "
                f"resume= needs a folder that all workers share, under one name"
            )


def _settings(model, train):
    """What a checkpoint has to agree in with the training that goes on from it."""
    return {
        "images": train.count,
        "batch_size": train.batch_size,
        "seed": train.seed,
        "augment": train.augmented_by(),
        "shuffle": bool(train.shuffle),
        "content": train.digest(),
        "network": checkpoints.settings(model),
        "optimizers": kinds(model),
    }


def _chosen(settings, names):
    return {name: settings[name] for name in names}


def _plain(value):
    """A number or numbers as Python's own; anything else as its text."""
    values = np.asarray(value)
    return values.tolist() if values.dtype.kind in "biuf" else str(value)


def finished(history, keeper):
    """The History of the whole training, what came before an interruption included."""
    history.history = {name: list(values) for name, values in keeper.history.items()}
    history.epoch = list(range(max(map(len, keeper.history.values()), default=0)))
    return history
