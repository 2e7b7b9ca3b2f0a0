import http.client
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from deepexpr.cli.studio import studio
from tests.transfer.stand_ins import drawn_transfer

PROGRAM = "from deepexpr.cli.studio import studio; studio()"


@pytest.fixture
def process():
    command = [sys.executable, "-c", PROGRAM, "--port", "0", "--no-open"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def printed_address(process):
    (address,) = re.findall(r"http://\S+", process.stderr.readline())
    return urlsplit(address)


def test_the_command_serves_until_it_is_interrupted(process):
    address = printed_address(process)
    assert address.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request("GET", "/api/openapi.json")
    assert connection.getresponse().status == 200
    connection.close()
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)
    assert "Traceback" not in rest


def test_another_host_needs_a_token(tmp_path):
    result = CliRunner().invoke(
        studio, ["--host", "0.0.0.0", "--no-open"], obj=drawn_transfer(tmp_path)
    )
    assert result.exit_code != 0
    assert "--token" in str(result.exception)


def test_a_port_in_use_is_told(tmp_path, process):
    address = printed_address(process)
    result = CliRunner().invoke(
        studio,
        ["--port", str(address.port), "--no-open"],
        obj=drawn_transfer(tmp_path),
    )
    assert "cannot be used" in str(result.exception)
