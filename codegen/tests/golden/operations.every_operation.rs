// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

/// Calls every operation with all its parameters.
#[allow(deprecated, clippy::vec_init_then_push)]
pub fn every_operation(
    polar: &Polar,
    portal: &CustomerPortal,
    member: &MemberPortal,
) -> Vec<(&'static str, CallFuture<()>)> {
    let mut calls: Vec<(&'static str, CallFuture<()>)> = Vec::new();
    let call = polar.kites().create(body::<KiteCreate>("kites:create"));
    calls.push(("kites:create", Box::pin(async move { call.await.map(drop) })));
    let call = polar.kites().delete(one::<KiteId>("kites:delete", "id"));
    calls.push(("kites:delete", Box::pin(async move { call.await.map(drop) })));
    let call = polar.kites().export().colour(one::<Colour>("kites:export", "colour"));
    calls.push(("kites:export", Box::pin(async move { call.await.map(drop) })));
    let call = polar.kites().get(one::<KiteId>("kites:get", "id"));
    calls.push(("kites:get", Box::pin(async move { call.await.map(drop) })));
    let call = polar.kites().find(one::<String>("kites:kites.by_name.find", "name"));
    calls
        .push((
            "kites:kites.by_name.find",
            Box::pin(async move { call.await.map(drop) }),
        ));
    let call = polar
        .kites()
        .lines()
        .knots()
        .replace(body::<KnotForm>("kites:lines:knots:replace"));
    calls
        .push((
            "kites:lines:knots:replace",
            Box::pin(async move { call.await.map(drop) }),
        ));
    let call = polar
        .kites()
        .lines()
        .knots()
        .tie()
        .body(body::<KiteCreate>("kites:lines:knots:tie"));
    calls.push(("kites:lines:knots:tie", Box::pin(async move { call.await.map(drop) })));
    let call = polar
        .kites()
        .lines()
        .length(
            one::<KiteId>("kites:lines:length", "id"),
            one::<i64>("kites:lines:length", "number"),
            one::<LengthUnit>("kites:lines:length", "unit"),
        );
    calls.push(("kites:lines:length", Box::pin(async move { call.await.map(drop) })));
    let call = polar
        .kites()
        .list()
        .colour(many::<Colour>("kites:list", "colour"))
        .owner_id(many::<OwnerId>("kites:list", "owner_id"))
        .metadata("key", many::<Scalar>("kites:list", "metadata"))
        .query(one::<String>("kites:list", "query"))
        .limit(one::<i64>("kites:list", "limit"))
        .since(one::<NaiveDate>("kites:list", "since"))
        .type_(one::<String>("kites:list", "type"));
    calls.push(("kites:list", Box::pin(async move { call.await.map(drop) })));
    let call = polar.kites().maybe();
    calls.push(("kites:maybe", Box::pin(async move { call.await.map(drop) })));
    let call = polar
        .kites()
        .update(one::<KiteId>("kites:update", "id"), body::<KiteCreate>("kites:update"));
    calls.push(("kites:update", Box::pin(async move { call.await.map(drop) })));
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
    lists
}
