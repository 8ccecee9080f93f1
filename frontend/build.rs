//! Has Cargo rebuild the crate when a translation changes: the macro that reads src/locales cannot say so itself.

fn main() {
    println!("cargo::rerun-if-changed=src/locales");
}
