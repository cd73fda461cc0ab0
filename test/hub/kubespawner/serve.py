"""KubeSpawner with the snippet of deploy/jupyterhub, asked by lines of JSON on standard input and answering so.

The configuration, KubeSpawner, its page and its API client are real; the Hub and its users are stand-ins, as far as
KubeSpawner looks at them. Arguments: the snippet, and the Hub's own configuration as JSON.
"""

import asyncio
import json
import logging
import sys
from types import SimpleNamespace

from kubespawner import KubeSpawner
from tornado import web
from traitlets.config import Config


def configured(path, own):
    c = Config()
    for name, value in own.items():
        c.KubeSpawner[name] = value
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), {"c": c})
    return c


def spawner_of(c, user):
    groups = [SimpleNamespace(name=name) for name in user["groups"]]
    fake_user = SimpleNamespace(name=user["name"], id=1, url="/user/x/", groups=groups, admin=user["admin"])
    fake_hub = SimpleNamespace(public_host="", url="http://hub/", base_url="/hub/", api_url="http://hub/hub/api")
    return KubeSpawner(config=c, user=fake_user, hub=fake_hub)


async def answer(c, request):
    spawner = spawner_of(c, request["user"])
    match request["do"]:
        case "page":
            return {"html": await spawner.get_options_form()}
        case "submit":
            # As JupyterHub's handler of the form does.
            spawner.user_options = await spawner.run_options_from_form(request["form"])
        case "link":
            spawner.user_options = await spawner.options_from_query(request["query"])
        case "start":
            spawner.user_options = request["options"]
    await spawner.load_user_options()
    return {
        "image": spawner.image,
        "imagePullSecrets": spawner.image_pull_secrets,
        "nodeSelector": spawner.node_selector,
        "memoryLimit": spawner.mem_limit,
    }


async def main():
    logging.basicConfig(level=logging.WARNING)
    c = configured(sys.argv[1], json.loads(sys.argv[2]))
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            reply = await answer(c, json.loads(line))
        except web.HTTPError as problem:
            reply = {"refused": problem.status_code, "message": problem.log_message}
        except Exception as problem:
            reply = {"failed": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(reply), flush=True)


asyncio.run(main())
