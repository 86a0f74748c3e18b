//! What must not compile: proofs and authorised requests made by hand, reads with another proof.

#[test]
fn access_can_not_be_forged() {
    trybuild::TestCases::new().compile_fail("it/compile_fail/*.rs");
}
