namespace PantryChain.Rehearsal.World;

/// <summary>How a household shops and unpacks.</summary>
/// <param name="ErrandEvery">Of so many orders, one finds that somebody brought a pack home while it was on its way; 1 for each, 0 for none.</param>
/// <param name="ShopsWhenBare">True when somebody who finds the shelf bare while a parcel is on its way buys a pack elsewhere.</param>
/// <param name="DrinksAtOnce">True when somebody takes some from a delivery before its reading has settled.</param>
internal sealed record Habits(int ErrandEvery = 3, bool ShopsWhenBare = true, bool DrinksAtOnce = false)
{
    /// <summary>A plain rehearsal's.</summary>
    public static Habits Usual { get; } = new();

    /// <summary>True when an errand falls on an order for which chance drew this number.</summary>
    public bool HasErrand(uint drawn) => ErrandEvery > 0 && drawn % ErrandEvery == 0;
}
