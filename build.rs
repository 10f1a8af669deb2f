//! Makes the source of the API's types and operations from the vendored documents.

fn main() {
    polar_codegen::build_script("openapi");
}
