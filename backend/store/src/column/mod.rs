//! How values stand in a column: instants, days, hashes, words and guarded text, each one representation on both databases.
//! Not here: tables; those are in `entity`.

pub(crate) mod day;
pub(crate) mod digest;
pub(crate) mod instant;
pub(crate) mod text;
pub(crate) mod word;

/// Makes a type a column value by way of a type that both databases know.
macro_rules! column_value {
    ($name:ty, as $stored:ty, $column:expr, $array:ident, store: $store:expr, load: $load:expr) => {
        impl From<$name> for sea_orm::Value {
            fn from(value: $name) -> Self {
                let store: fn($name) -> $stored = $store;
                store(value).into()
            }
        }

        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let load: fn($stored) -> Option<$name> = $load;
                load(<$stored>::try_get_by(row, index)?).ok_or_else(|| {
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(stringify!($name).to_owned()))
                })
            }
        }

        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let load: fn($stored) -> Option<$name> = $load;
                let stored = <$stored as sea_orm::sea_query::ValueType>::try_from(value)?;
                load(stored).ok_or(sea_orm::sea_query::ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::$array
            }

            fn column_type() -> sea_orm::sea_query::ColumnType {
                $column
            }
        }

        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                <$stored as sea_orm::sea_query::Nullable>::null()
            }
        }

        impl sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> sea_orm::ActiveValue<$name> {
                sea_orm::ActiveValue::Set(self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl sea_orm::sea_query::postgres_array::NotU8 for $name {}
    };
}

pub(crate) use column_value;
