"""A JupyterHub set up as zero-to-jupyterhub does it, outside of the cluster.

What differs from the chart's defaults: anybody may log in with one password, the home is an empty volume that goes with
the Pod, servers have a share of the processors, and a service of the tests drives the Hub. Differences between two
Hubs come from the file that HUB_SETTINGS names.
"""

import json
import os

with open(os.environ["HUB_SETTINGS"], encoding="utf-8") as file:
    settings = json.load(file)

c = get_config()  # noqa: F821

c.JupyterHub.bind_url = settings["url"]
c.JupyterHub.hub_bind_url = settings["hubUrl"]
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = settings["proxyApiUrl"]

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = settings["password"]
c.Authenticator.allow_all = True
c.JupyterHub.services = [{"name": "tests", "api_token": settings["apiToken"]}]
c.JupyterHub.load_roles = [
    {"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "admin:groups", "tokens"]}
]

# As the chart has them (jupyterhub/values.yaml and files/hub/jupyterhub_config.py).
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.KubeSpawner.namespace = settings["namespace"]
c.KubeSpawner.cmd = "jupyterhub-singleuser"
c.KubeSpawner.uid = 1000
c.KubeSpawner.fs_gid = 100
c.KubeSpawner.allow_privilege_escalation = False
c.KubeSpawner.volumes = [{"name": "home", "emptyDir": {}}]
c.KubeSpawner.volume_mounts = [{"name": "home", "mountPath": "/home/jovyan"}]
# The same as a launch of the operator (jupyterHub.probe.resources). With none, servers are of the class BestEffort, which
# has next to nothing of a processor while anything else on the node has work.
c.KubeSpawner.cpu_guarantee = 0.1
c.KubeSpawner.mem_guarantee = "256M"
c.KubeSpawner.start_timeout = settings["startTimeoutSeconds"]
c.KubeSpawner.http_timeout = settings["httpTimeoutSeconds"]
# The chart's Hub ends after five failed launches in a row, to be restarted; here failed launches are intended.
c.KubeSpawner.consecutive_failure_limit = 0


def choose_image(spawner):
    """Lets the tests name an image by digest, where no list offers it."""
    if "image" in spawner.user_options:
        spawner.image = spawner.user_options["image"]


c.KubeSpawner.pre_spawn_hook = choose_image

for path in settings["extraConfig"]:
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"))
