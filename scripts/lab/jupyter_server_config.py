"""What `make lab` tells JupyterLab: opening a notebook does not change it; what a page leaves out.

Cells that only assert what the text says are folded in JupyterLab. They are left out of a page that
is made of a notebook, where they would tell the answers to its questions.

JupyterLab notes the kernel's language in a notebook as soon as it is open, and would save it two
minutes later. Stored is all of that but the version of Python, so that notebooks are the same on
every machine: it is filled in where a notebook is read, and left out where one is saved.
"""

from platform import python_version

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager


def language(model):
    """What a notebook with its content says of Python; {} for anything else."""
    if model["type"] != "notebook" or not model.get("content"):
        return {}
    said = model["content"]["metadata"].get("language_info", {})
    return said if said.get("name") == "python" else {}


class Contents(AsyncLargeFileManager):
    """The server's files, with notebooks as described above."""

    async def get(self, path, *args, **options):
        model = await super().get(path, *args, **options)
        if said := language(model):
            said.setdefault("version", python_version())
        return model

    async def save(self, model, path=""):
        language(model).pop("version", None)
        return await super().save(model, path)


c = get_config()  # noqa: F821
c.ServerApp.contents_manager_class = Contents
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"guard"}
