//! Enumerations as words: each variant has one spelling, in the database and in configuration files.
//! Not here: what a word means.

/// Declares an enumeration together with its words.
macro_rules! words {
    ($( $(#[$doc:meta])* pub enum $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $word:literal, )+ } )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$variant_doc])* #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// The word that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// What a word stands for, if it stands for anything.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )+ _ => None }
            }
        }

        $crate::column::column_value!($name, as String, sea_orm::sea_query::ColumnType::Text, String,
            store: |value| value.as_str().to_owned(),
            load: |stored| $name::from_word(&stored));
    )+ };
}

pub(crate) use words;
