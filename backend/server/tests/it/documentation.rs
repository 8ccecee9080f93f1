//! docs/ARCHITECTURE.md, where a test can hold it to the code.
//! Not here: the API's description (`openapi`).

#[test]
fn everything_in_the_servers_sources_has_its_place_in_the_table() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("../../docs/ARCHITECTURE.md")).unwrap();
    let named: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(!named.is_empty());
    let mut there = Vec::new();
    for entry in std::fs::read_dir(root.join("src")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            there.push(format!("{name}/"));
        } else if !["lib.rs", "main.rs"].contains(&name.as_str()) {
            there.push(name);
        }
    }
    for name in &there {
        assert!(named.contains(&name.as_str()), "{name} is not in the table");
    }
    for name in named {
        assert!(there.iter().any(|known| known == name), "there is no {name}");
    }
}
