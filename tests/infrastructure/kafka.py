"""An Apache Kafka 4.2 broker (KRaft, one node) for the tests: in a container where Docker answers, else from the jars.

Both have three listeners: one for the tests, one between brokers, one for the controller.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from shared.embedded import free_port
from tests.infrastructure.docker import docker_answers, leave_out

VERSION = "4.2.0"
JARS = Path(__file__).parents[2] / ".cache" / f"kafka-{VERSION}"
READY = "Kafka Server started"
_START = "/opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties"
_PROPERTIES = {
    "node.id": "1",
    "process.roles": "broker,controller",
    "listener.security.protocol.map": "HOST:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "BROKER",
    "controller.listener.names": "CONTROLLER",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "1000",
}


@dataclass
class KafkaBroker:
    """Where the broker answers; ``pause`` and ``resume`` take it away for a while, as a broken network would."""

    bootstrap: str
    _container: Any = None
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _run: "Callable[[], subprocess.Popen[bytes]] | None" = field(default=None, repr=False)

    def pause(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().pause()
        elif self._process is not None:
            self._process.send_signal(19)

    def resume(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().unpause()
        elif self._process is not None:
            self._process.send_signal(18)

    def kill(self) -> None:
        """`kill -9`; what it has stored stays."""
        if self._container is not None:
            self._container.get_wrapped_container().kill()
        elif self._process is not None:
            self._process.kill()
            self._process.wait()

    def start_again(self) -> None:
        """After a kill, at the same address (give ``kafka_broker`` a port); answers some seconds later."""
        if self._container is not None:
            self._container.get_wrapped_container().start()
        elif self._run is not None:
            self._process = self._run()


@contextmanager
def kafka_broker(port: int = 0) -> Iterator[KafkaBroker]:
    """Starts a broker, and stops it at the end. ``port``: where it answers; 0: Docker, or the machine, gives one."""
    with _in_container(port) if docker_answers() else _from_jars(port) as broker:
        yield broker


@contextmanager
def _in_container(port: int) -> Iterator[KafkaBroker]:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    # the broker advertises the port that Docker gives it, known only when the container runs: so it waits for a file
    address = "/tmp/advertised"
    container = DockerContainer(f"apache/kafka:{VERSION}").with_exposed_ports(9092)
    if port:
        container.with_bind_ports(9092, port)
    listeners = {
        "listeners": "HOST://:9092,BROKER://:9093,CONTROLLER://:9094",
        "controller.quorum.voters": "1@localhost:9094",
    }
    for name, value in (_PROPERTIES | listeners).items():
        container.with_env("KAFKA_" + name.upper().replace(".", "_"), value)
    container.with_env("KAFKA_HEAP_OPTS", "-Xmx512m")
    # after a kill it goes on as it was set up the first time: setting up anew would find its disk in use
    again = f"if [ -e {address}.begun ]; then exec {_START}; fi; touch {address}.begun"
    container.with_command(
        ["bash", "-c", f"until [ -s {address} ]; do sleep 0.05; done; . {address}; {again}; exec /etc/kafka/docker/run"]
    )
    with container:
        bootstrap = f"{container.get_container_host_ip()}:{container.get_exposed_port(9092)}"
        line = f"export KAFKA_ADVERTISED_LISTENERS=HOST://{bootstrap},BROKER://localhost:9093"
        container.exec(["sh", "-c", f"echo '{line}' > {address}.new && mv {address}.new {address}"])
        LogMessageWaitStrategy(READY).with_startup_timeout(180).wait_until_ready(container)
        yield KafkaBroker(bootstrap, _container=container)


@contextmanager
def _from_jars(port: int) -> Iterator[KafkaBroker]:
    classpath = f"{_jars()}/*"
    with tempfile.TemporaryDirectory(prefix="redress-kafka-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        host, broker, controller = port or free_port(), free_port(), free_port()
        properties = _PROPERTIES | {
            "listeners": f"HOST://127.0.0.1:{host},BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"HOST://127.0.0.1:{host},BROKER://127.0.0.1:{broker}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "log.dirs": str(home / "data"),
        }
        file = home / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
        java = ["java", "-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=info", "-cp", classpath]
        cluster = uuid4().hex[:22]
        subprocess.run(
            [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(file)],
            check=True,
            capture_output=True,
        )
        log = home / "kafka.log"

        def run() -> "subprocess.Popen[bytes]":
            with log.open("wb") as out:
                return subprocess.Popen([*java, "kafka.Kafka", str(file)], stdout=out, stderr=out)

        broker_itself = KafkaBroker(f"127.0.0.1:{host}", _process=run(), _run=run)
        try:
            assert broker_itself._process is not None
            _wait(log, broker_itself._process)
            yield broker_itself
        finally:
            broker_itself.kill()


def _wait(log: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 180
    while READY not in (said := log.read_text("utf-8", "replace")):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"Kafka did not start:\n{said[-2000:]}")
        time.sleep(0.1)


def _jars() -> Path:
    """The folder with Kafka and what it stands on, brought by Maven the first time."""
    if not (shutil.which("java") and (shutil.which("mvn") or (JARS / "complete").exists())):
        leave_out("Kafka needs Docker, or Java and Maven")
    if not (JARS / "complete").exists():
        JARS.mkdir(parents=True, exist_ok=True)
        (JARS / "pom.xml").write_text(_POM, "utf-8")
        fetch = [
            "mvn",
            "-B",
            "-q",
            "-f",
            str(JARS / "pom.xml"),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={JARS}",
        ]
        subprocess.run(fetch, check=True)
        (JARS / "complete").touch()
    return JARS


_POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>redress</groupId><artifactId>test-broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""
