//! demo
use crate::failure::Outcome;
/// Demo.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon demo")]
pub struct Demo {
    files: Vec<std::path::PathBuf>,
}
pub fn run(_args: &Demo) -> Outcome {
    Ok(0)
}
