"""What comparisons need: our program, rivals in environments of their own, folders in the cache."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


class Workplace:
    """Where a comparison runs."""

    def __init__(self, root, cache, options, say):
        self.root, self.cache, self.options, self.say = root, cache, options, say
        self.quick = options.quick
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shopkeeper-benchmark-"))

    def __del__(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def data(self, name):
        """A folder of data that may be measured only; None where it is not there."""
        path = self.options.data / name
        if path.is_dir():
            return path
        self.say(f"no {name} under the data folder; a generated log is used instead")
        return None

    def reference_folder(self, name):
        """A folder of reference scripts that serve as rivals; None where it is not there."""
        path = pathlib.Path(os.environ.get("SHOPKEEPER_REFERENCE", self.root.parent / "shared" / "reference")) / name
        if path.is_dir():
            return path.resolve()
        self.say(f"no {name} under $SHOPKEEPER_REFERENCE; the rival's figures are left out")
        return None

    def shopkeeper(self, *arguments, output=True):
        """Runs our program and returns its JSON, or nothing."""
        command = [self.root / "shopkeeper", *map(str, arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE if output else sys.stderr)
        return json.loads(done.stdout) if output else None

    def figures(self, bench, *arguments):
        """The figures of one of our benches."""
        return self.shopkeeper("bench", bench, "--json", *arguments)["figures"]

    def rival(self, script, packages, *arguments, bare=()):
        """Runs a script of rivals/ in an environment with the packages; returns the JSON it prints last."""
        python = self.environment(packages, bare)
        command = [python, self.root / "Benchmarks" / "rivals" / script, *map(str, arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def run_python(self, script, packages, *arguments):
        """Runs a script, wherever it lies, in an environment with the packages."""
        subprocess.run([self.environment(packages), "-B", script, *map(str, arguments)], check=True, stdout=sys.stderr)

    def reference(self, script, packages, *arguments):
        """Runs a reference program that stands outside the checkout; returns what it prints, None where it is not there."""
        folder = pathlib.Path(os.environ.get("SHOPKEEPER_REFERENCE", self.root.parent / "shared" / "reference"))
        path = folder / script
        if not path.is_file():
            self.say(f"no {script} under {folder}; its figures are left out")
            return None
        command = [self.environment(packages), path.name, *map(str, arguments)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=path.parent)
        return done.stdout

    def environment(self, packages, bare=()):
        """Python with the packages; `bare` ones are installed without what they depend on."""
        name = hashlib.sha256(" ".join([*packages, "--", *bare]).encode()).hexdigest()[:12]
        folder = self.cache / "rivals" / name
        if not (folder / "ready").exists():
            self.say(f"installing {', '.join([*bare, *packages])} into {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, stdout=sys.stderr)
            pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
            if bare:
                subprocess.run([*pip, "--no-deps", *bare], check=True, stdout=sys.stderr)
            if packages:
                subprocess.run([*pip, *packages], check=True, stdout=sys.stderr)
            (folder / "ready").touch()
        return folder / "bin" / "python"
