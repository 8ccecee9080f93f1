//! Elements, built without the `view!` macro: one type for all of them, whatever their tag, attributes and children.
//! Not here: elements with a meaning of their own; those are the other components.
//!
//! The macro makes a type of each element and the compiler a renderer of each type; that was a fifth of all that a
//! customer had to load (docs/ARCHITECTURE.md, "Weight"). Leptos renders these, too.

use crate::language::{Words, say, tell};
use leptos::either::Either;
use leptos::ev::Custom;
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::event;
use leptos::tachys::html::property::prop;
use web_sys::Event;

/// An element in the making. Boxed: it is handed on at each step, and a pointer is the least that can be handed on.
pub(crate) struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element with this tag.
#[inline(never)]
pub(crate) fn el(tag: &'static str) -> El {
    El(Box::new(Parts {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
    }))
}

/// An element with a class.
#[inline(never)]
pub(crate) fn classed(tag: &'static str, class: &'static str) -> El {
    el(tag).attr("class", class)
}

/// An element with a class and a text that follows the language.
#[inline(never)]
pub(crate) fn worded(tag: &'static str, class: &'static str, words: Words) -> El {
    classed(tag, class).say(words)
}

impl El {
    /// An attribute that stays.
    #[inline(never)]
    pub(crate) fn attr(mut self, name: &'static str, value: &'static str) -> Self {
        self.0
            .attributes
            .push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that stays, known at run time only.
    #[inline(never)]
    pub(crate) fn attr_owned(mut self, name: &'static str, value: String) -> Self {
        self.0
            .attributes
            .push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that comes, changes and goes.
    #[inline(never)]
    pub(crate) fn attr_live(mut self, name: &'static str, value: Signal<Option<String>>) -> Self {
        self.0
            .attributes
            .push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that follows the language.
    #[inline(never)]
    pub(crate) fn attr_said(self, name: &'static str, words: Words) -> Self {
        self.attr_told(name, tell(move |locale| words(locale).to_owned()))
    }

    /// An attribute with something filled in that follows the language.
    #[inline(never)]
    pub(crate) fn attr_told(self, name: &'static str, text: Signal<String>) -> Self {
        self.attr_live(name, Signal::derive(move || Some(text.get())))
    }

    /// An attribute with this value for as long as the condition holds.
    #[inline(never)]
    pub(crate) fn attr_when(self, name: &'static str, value: &'static str, holds: Signal<bool>) -> Self {
        self.attr_live(
            name,
            Signal::derive(move || holds.get().then(|| value.to_owned())),
        )
    }

    /// The first class always, the second one for as long as the condition holds.
    #[inline(never)]
    pub(crate) fn class_when(self, always: &'static str, more: &'static str, holds: Signal<bool>) -> Self {
        let class = move || {
            Some(if holds.get() {
                format!("{always} {more}")
            } else {
                always.to_owned()
            })
        };
        self.attr_live("class", Signal::derive(class))
    }

    /// A property of the element that follows a signal.
    #[inline(never)]
    pub(crate) fn property(mut self, name: &'static str, value: Signal<bool>) -> Self {
        self.0.attributes.push(prop(name, value).into_any_attr());
        self
    }

    /// A checkbox's tick, both ways.
    #[inline(never)]
    pub(crate) fn ticked(mut self, ticked: RwSignal<bool>) -> Self {
        self.0.attributes.push(prop("checked", ticked).into_any_attr());
        self.on("change", move |event| ticked.set(event_target_checked(&event)))
    }

    /// Listens.
    pub(crate) fn on(self, name: &'static str, listener: impl FnMut(Event) + 'static) -> Self {
        self.listen(name, Box::new(listener))
    }

    #[inline(never)]
    fn listen(mut self, name: &'static str, listener: Box<dyn FnMut(Event)>) -> Self {
        self.0
            .attributes
            .push(event::on(Custom::<Event>::new(name), listener).into_any_attr());
        self
    }

    /// A text that follows the language.
    #[inline(never)]
    pub(crate) fn say(mut self, words: Words) -> Self {
        self.0.children.push(say(words).into_any());
        self
    }

    /// A text with something filled in that follows the language.
    #[inline(never)]
    pub(crate) fn tell(mut self, text: Signal<String>) -> Self {
        self.0.children.push(text.into_any());
        self
    }

    /// A text that follows the language, with an element in the place of its `{link}`.
    #[inline(never)]
    pub(crate) fn say_around(self, words: Words, link: El) -> Self {
        let part = move |after: bool| {
            tell(move |locale| {
                let (before, rest) = words(locale).split_once("{link}").unwrap_or_default();
                if after { rest } else { before }.to_owned()
            })
        };
        self.tell(part(false)).child(link).tell(part(true))
    }

    /// A text that stays.
    #[inline(never)]
    pub(crate) fn text(mut self, text: String) -> Self {
        self.0.children.push(text.into_any());
        self
    }

    /// A child.
    pub(crate) fn child(mut self, child: impl Into<AnyView>) -> Self {
        self.0.children.push(child.into());
        self
    }

    /// A child where there is one.
    #[inline(never)]
    pub(crate) fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Children.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = El>) -> Self {
        for child in children {
            self = self.child(child);
        }
        self
    }

    /// A child that is made anew whenever a signal that `make` reads has changed.
    pub(crate) fn dynamic(self, make: impl Fn() -> Option<AnyView> + Send + 'static) -> Self {
        self.child(dynamic(make))
    }

    /// Done.
    #[inline(never)]
    pub(crate) fn view(self) -> AnyView {
        let Parts {
            tag,
            attributes,
            children,
        } = *self.0;
        custom(tag).add_any_attr(attributes).child(children).into_any()
    }
}

impl From<El> for AnyView {
    fn from(element: El) -> Self {
        element.view()
    }
}

/// Elements that follow one another.
pub(crate) fn sequence(elements: impl IntoIterator<Item = El>) -> AnyView {
    elements.into_iter().map(El::view).collect::<Vec<_>>().into_any()
}

/// What `make` makes, made anew whenever a signal that it reads has changed.
pub(crate) fn dynamic(make: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    renewed(Box::new(make))
}

/// As all elements have one type, Leptos would patch the old element into the new one and keep its tag. The sides take
/// turns, and what changes sides is built anew.
fn renewed(make: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
    let side = StoredValue::new(false);
    let turn = move || {
        let view = make().unwrap_or_else(|| ().into_any());
        side.update_value(|side| *side = !*side);
        if side.get_value() {
            Either::Left(view)
        } else {
            Either::Right(view)
        }
    };
    turn.into_any()
}
