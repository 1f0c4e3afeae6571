"""The production set-up keeps what it promises, as far as it can be read without an engine."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from helpdesk.embedded.supervisor import QUEUES

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSITION = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES = COMPOSITION["services"]
LASTING = sorted(set(SERVICES) - {"migrate"})


def test_every_part_of_production_is_there():
    assert set(SERVICES) == {
        *("router", "web", "events", "worker", "beat", "migrate"),
        *("postgres", "broker", "cache"),
    }


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_has_more_rights_than_it_needs(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("root", "0", "0:0")


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_comes_back_after_a_crash(name):
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(set(LASTING) - {"web"}))
def test_every_lasting_service_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_image_says_whether_the_web_server_is_well():
    assert re.search(
        r"^HEALTHCHECK .*CMD \[.*/livez", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE
    )


@pytest.mark.parametrize("name", ["web", "events", "worker", "beat"])
def test_recourse_starts_after_the_migration_and_its_servers(name):
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "broker": {"condition": "service_healthy"},
        "cache": {"condition": "service_healthy"},
    }


def test_the_migration_runs_once_and_after_the_database():
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_workers_take_from_every_queue_that_tasks_are_sent_to():
    sent_to = {settings.CELERY_TASK_DEFAULT_QUEUE} | {
        route["queue"] for route in settings.CELERY_TASK_ROUTES.values()
    }

    assert set(QUEUES.split(",")) == sent_to
    assert QUEUES in SERVICES["worker"]["command"]


def test_the_broker_forgets_nothing_and_the_cache_makes_room():
    assert "noeviction" in SERVICES["broker"]["command"]
    assert "broker:/data" in SERVICES["broker"]["volumes"]
    assert "allkeys-lru" in SERVICES["cache"]["command"]


@pytest.mark.parametrize("name", ["postgres", "broker", "cache"])
def test_databases_can_be_reached_from_inside_only(name):
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]
    assert COMPOSITION["networks"]["inside"] == {"internal": True}


def test_every_volume_is_declared():
    mounted = {volume.split(":")[0] for s in SERVICES.values() for volume in s.get("volumes", [])}
    files = {name for name in mounted if name.startswith("./")}

    assert mounted - files == set(COMPOSITION["volumes"])
    assert all((CHECKOUT / name).is_file() for name in files)


def test_what_has_no_default_is_explained_in_the_example():
    text = (CHECKOUT / "docker-compose.yml").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    offered = set(re.findall(r"\$\{(\w+):-", text))
    example = set(re.findall(r"^(\w+)=", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))

    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "SITE_URL"} <= needed
    assert example == needed | offered


def test_no_secret_has_a_value_in_the_files():
    example = (CHECKOUT / ".env.example").read_text()

    assert "\nSECRET_KEY=\n" in example
    assert "\nPOSTGRES_PASSWORD=\n" in example
    assert "\nCREDENTIAL_KEYS=\n" in example
