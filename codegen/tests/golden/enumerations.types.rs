open_enum! {
    #[doc = " A value of `Binding`."] pub enum Binding { #[doc = " `hard-cover`"]
    HardCover = "hard-cover", #[doc = " `paperback`"] Paperback = "paperback", #[doc =
    " `2nd_hand`"] N2ndHand = "2nd_hand", #[doc = " `self`"] Self_ = "self", #[doc =
    " `unknown`"] UnknownValue = "unknown", }
}
open_enum! {
    #[doc = " A value of `BookSort`."] pub enum BookSort { #[doc = " `created_at`"]
    CreatedAtAsc = "created_at", #[doc = " `-created_at`"] CreatedAtDesc = "-created_at",
    #[doc = " `title`"] TitleAsc = "title", #[doc = " `-title`"] TitleDesc = "-title",
    #[doc = " `-price`"] PriceDesc = "-price", }
}
open_enum! {
    #[doc = " A value of `Shelf`."] pub enum Shelf { #[doc = " `A1`"] A1 = "A1", #[doc =
    " `A2`"] A2 = "A2", #[doc = " `größe`"] Größe = "größe", #[doc = " ``"] Empty =
    "", }
}
