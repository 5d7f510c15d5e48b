"""What is true of the runs in a folder of containers: read with Python's own tar and gzip, not with ours.

truth.py FOLDER   prints one JSON object a run, '' where something is not known
"""

import gzip
import json
import pathlib
import re
import sys
import tarfile

RESULTS = ("PASS", "FAIL", "SKIP", "FLAKY", "BROKEN")


def command_line(log_gz):
    """The options that autopkgtest was run with, as the head of its log quotes them."""
    with gzip.open(log_gz, "rb") as log:
        for number, line in enumerate(log):
            found = re.search(rb"command line: (.*)", line)
            if found:
                return found.group(1).decode(errors="replace")
            if number > 50:
                return ""
    return ""


def triggers_of(members, command):
    environment = json.loads(members.get("testinfo.json") or "{}").get("custom_environment", [])
    for setting in environment:
        if setting.startswith("ADT_TEST_TRIGGERS="):
            return setting.partition("=")[2]
    quoted = re.search(r"'--env=ADT_TEST_TRIGGERS=([^']*)'|--env=ADT_TEST_TRIGGERS=(\S*)", command)
    return (quoted.group(1) or quoted.group(2) or "") if quoted else ""


def env_of(command):
    parts = ["all-proposed=1"] if "--apt-pocket=proposed " in command + " " else []
    name = re.search(r"--test-?name[= ](\S+)", command)
    if name:
        parts.append("testname=" + name.group(1))
    return ",".join(parts)


def subtests_of(summary):
    """Distinct names in order; one that is listed twice was skipped before and after the build."""
    found = {}
    for line in summary.splitlines():
        words = line.split(None, 2)
        if len(words) > 1 and words[1] in RESULTS and not line.startswith((" ", "blame:", "badpkg:")):
            name, result = words[:2]
            found[name] = {"name": name, "result": result, "detail": "".join(words[2:]).strip()}
    return list(found.values())


def main(folder):
    for result_tar in sorted(pathlib.Path(folder).glob("autopkgtest-*/*/*/*/*/*@/result.tar")):
        release, arch, _, package, run_id = result_tar.parent.parts[-5:]
        members = {}
        with tarfile.open(result_tar) as tar:
            for member in tar:
                members[member.name.removeprefix("./")] = tar.extractfile(member).read().decode()
        command = command_line(result_tar.parent / "log.gz")
        run = {
            "release": release,
            "arch": arch,
            "package": package,
            "runId": run_id,
            "version": (members.get("testpkg-version", "").split() + ["", ""])[1],
            "triggers": triggers_of(members, command),
            "duration": int(members["duration"]),
            "exitcode": int(members["exitcode"]),
            "requester": members.get("requester", "").strip(),
            "env": env_of(command),
        }
        print(json.dumps({"row": run, "subtests": subtests_of(members.get("summary", ""))}))


main(sys.argv[1])
