//! The programs under test, built once per test process, in the profile of the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Names a directory whose programs are taken as they are.
const GIVEN: &str = "SYMBOLON_TEST_PROGRAMS";

/// How the names begin of what cargo tells a test of its package.
const OF_A_PACKAGE: [&str; 7] =
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_", "CARGO_TARGET_TMPDIR", "OUT_DIR"];

/// `symbolon`.
pub fn symbolon() -> PathBuf {
    directory().join("symbolon")
}

/// `symbolon-node`.
pub fn node() -> PathBuf {
    directory().join("symbolon-node")
}

/// Where this package lies, as cargo says when it runs a test: a test that was built for another clone, in a target
/// directory that both share, builds and reads this one's files.
pub(crate) fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        if let Some(given) = std::env::var_os(GIVEN) {
            return PathBuf::from(given);
        }
        // target/PROFILE/deps/this-test
        let test = std::env::current_exe().expect("the test's own file");
        let directory = test.ancestors().nth(2).expect("target/PROFILE").to_owned();
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // The whole workspace's features, so that `make build` has done all of it already.
        build.args(["build", "--quiet", "--workspace", "--bins"]).current_dir(package().join(".."));
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        build.env("CARGO_TARGET_DIR", directory.parent().expect("target"));
        // What cargo tells a test of its package would make build scripts that watch it, such as ring's, run again.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if OF_A_PACKAGE.iter().any(|prefix| text.starts_with(prefix)) {
                build.env_remove(&name);
            }
        }
        let built = build.status().expect("cargo starts");
        assert!(built.success(), "the programs under test cannot be built");
        directory
    })
}
