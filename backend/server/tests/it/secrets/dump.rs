//! Everything that the database holds, as text.
//! Not here: what is looked for in it.

use renkei::testing::TestBank;
use sea_orm::{ConnectionTrait as _, Database, DatabaseBackend, DatabaseConnection, Statement};
use std::collections::BTreeMap;

/// Every cell of every table, each with its place.
pub(crate) async fn dump(bank: &TestBank) -> Vec<(String, String)> {
    let database = Database::connect(bank.database_url()).await.unwrap();
    let backend = database.get_database_backend();
    let names = tables(&database).await;
    let mut cells = Vec::new();
    for table in names {
        let columns = match backend {
            DatabaseBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            _ => format!(
                "SELECT column_name AS name FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}'"
            ),
        };
        let columns: Vec<String> = database
            .query_all_raw(Statement::from_string(backend, columns))
            .await
            .unwrap()
            .iter()
            .map(|row| row.try_get("", "name").unwrap())
            .collect();
        for column in columns {
            let text = match backend {
                DatabaseBackend::Sqlite => format!(
                    "SELECT CASE typeof(\"{column}\") WHEN 'blob' THEN lower(hex(\"{column}\")) \
                     ELSE CAST(\"{column}\" AS TEXT) END AS cell FROM \"{table}\""
                ),
                _ => format!("SELECT CAST(\"{column}\" AS TEXT) AS cell FROM \"{table}\""),
            };
            for row in database
                .query_all_raw(Statement::from_string(backend, text))
                .await
                .unwrap()
            {
                let cell: Option<String> = row.try_get("", "cell").unwrap();
                cells.extend(cell.map(|cell| (format!("{table}.{column}"), cell)));
            }
        }
    }
    database.close().await.unwrap();
    cells
}

/// How many rows each table has.
pub(crate) async fn sizes(bank: &TestBank) -> BTreeMap<String, i64> {
    let database = Database::connect(bank.database_url()).await.unwrap();
    let backend = database.get_database_backend();
    let mut sizes = BTreeMap::new();
    for table in tables(&database).await {
        let count = Statement::from_string(backend, format!("SELECT COUNT(*) AS rows FROM \"{table}\""));
        let row = database.query_one_raw(count).await.unwrap().unwrap();
        sizes.insert(table, row.try_get("", "rows").unwrap());
    }
    database.close().await.unwrap();
    sizes
}

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let backend = database.get_database_backend();
    let tables = match backend {
        DatabaseBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
    };
    let names: Vec<String> = database
        .query_all_raw(Statement::from_string(backend, tables))
        .await
        .unwrap()
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    assert!(names.len() >= 15, "{names:?}");
    names
}
