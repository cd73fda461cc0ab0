"""A JupyterHub without a proxy and without a cluster, whose one server never answers: only the Hub's own answers count.

The spawner writes the variables that it would give the server into the file that ENV_FILE names.
"""

import json
import os

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import Spawner

c = get_config()  # noqa: F821


class NoProxy(Proxy):
    should_start = False
    routes = {}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return dict(self.routes)


class SilentSpawner(Spawner):
    async def start(self):
        with open(os.environ["ENV_FILE"], "w", encoding="utf-8") as file:
            json.dump(self.get_env(), file)
        return "http://127.0.0.1:1"

    async def stop(self, now=False):
        pass

    async def poll(self):
        return None


c.JupyterHub.bind_url = os.environ["PUBLIC_URL"]
c.JupyterHub.hub_bind_url = os.environ["HUB_URL"]
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = SilentSpawner
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Spawner.http_timeout = 300
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.JupyterHub.services = [{"name": "tests", "api_token": os.environ["API_TOKEN"]}]
c.JupyterHub.load_roles = [{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "tokens"]}]
