using PantryChain.Domain.Identity;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>How one delivery is told from the household's own shopping: people differ, and so does one person from day to day. The order's own hash draws it.</summary>
internal enum Custom
{
    /// <summary>The member types the code on the slip.</summary>
    Code,

    /// <summary>The member answers the question on the page.</summary>
    Answer,

    /// <summary>The courier records the hand-over, and nobody looks at the page.</summary>
    Record,
}

/// <summary>Draws customs.</summary>
internal static class Customs
{
    /// <summary>The custom of an order; tags, where packs have some, are quicker than each.</summary>
    public static Custom Of(OrderId order) => (Custom)(order.Value.ToArray()[1] % 3);
}
