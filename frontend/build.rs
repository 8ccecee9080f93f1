//! Has Cargo rebuild the crate when a translation changes: the macro that reads src/locales cannot say so itself.

fn main() {
    #[expect(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]
    {
        println!("cargo::rerun-if-changed=src/locales");
    }
}
