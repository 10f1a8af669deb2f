// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

/// Calls every operation with all its parameters.
#[allow(deprecated, clippy::vec_init_then_push)]
pub fn every_operation(
    polar: &Polar,
    portal: &CustomerPortal,
    member: &MemberPortal,
) -> Vec<(&'static str, CallFuture<()>)> {
    let mut calls: Vec<(&'static str, CallFuture<()>)> = Vec::new();
    let call = polar
        .birds()
        .list()
        .page(one::<i64>("birds:list", "page"))
        .limit(one::<i64>("birds:list", "limit"))
        .by_cursor();
    calls.push(("birds:list", Box::pin(async move { call.await.map(drop) })));
    let call = polar
        .birds()
        .songs()
        .list()
        .page(one::<i64>("birds:songs:list", "page"))
        .limit(one::<i64>("birds:songs:list", "limit"));
    calls.push(("birds:songs:list", Box::pin(async move { call.await.map(drop) })));
    calls
}

/// The first item and the first page of every list, with all parameters but `page` and `limit`.
#[allow(
    deprecated,
    clippy::type_complexity,
    clippy::vec_init_then_push,
    unused_mut,
    unused_variables
)]
pub fn every_list(
    polar: &Polar,
    portal: &CustomerPortal,
    member: &MemberPortal,
) -> Vec<(&'static str, CallFuture<Option<()>>, CallFuture<Option<()>>)> {
    let mut lists: Vec<(&'static str, CallFuture<Option<()>>, CallFuture<Option<()>>)> = Vec::new();
    let list = polar.birds().list();
    let (mut items, mut pages) = (list.clone().stream(), list.pages());
    let item = Box::pin(async move {
        items.next().await.transpose().map(|item| item.map(drop))
    });
    let page = Box::pin(async move {
        pages.next().await.transpose().map(|page| page.map(drop))
    });
    lists.push(("birds:list", item, page));
    let list = polar.birds().songs().list();
    let (mut items, mut pages) = (list.clone().stream(), list.pages());
    let item = Box::pin(async move {
        items.next().await.transpose().map(|item| item.map(drop))
    });
    let page = Box::pin(async move {
        pages.next().await.transpose().map(|page| page.map(drop))
    });
    lists.push(("birds:songs:list", item, page));
    lists
}
