//! Effects and tasks of one type each: the compiler makes the machinery around them once, not once for each.
//! Not here: what is done in them.

use leptos::prelude::Effect;
use std::future::Future;
use wasm_bindgen_futures::spawn_local;

/// Runs now and whenever a signal that it reads has changed.
pub(crate) fn react(run: impl FnMut() + 'static) {
    react_boxed(Box::new(run));
}

#[inline(never)]
fn react_boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// Runs a task beside the page.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::new(task));
}

#[inline(never)]
fn spawn_boxed(task: Box<dyn Future<Output = ()>>) {
    spawn_local(Box::into_pin(task));
}
