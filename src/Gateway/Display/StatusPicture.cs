namespace PantryChain.Gateway.Display;

/// <summary>One slot on the display.</summary>
/// <param name="Name">What the household calls it.</param>
/// <param name="Share">How full it is, 0 to 1; null while nobody knows.</param>
/// <param name="Days">How long it lasts, in few letters.</param>
internal readonly record struct StatusRow(string Name, double? Share, string Days);

/// <summary>All that the display may show: names, levels, days, a delivery, a trouble. Nothing that opens, pays or proves anything is ever in it.</summary>
/// <param name="Rows">The slots, in the order of the configuration.</param>
/// <param name="Delivery">The next delivery, in one line.</param>
/// <param name="Notice">What is wrong, or that nothing is.</param>
/// <param name="IsTrouble">Whether something is.</param>
internal sealed record StatusPicture(IReadOnlyList<StatusRow> Rows, string Delivery, string Notice, bool IsTrouble)
{
    /// <inheritdoc />
    public bool Equals(StatusPicture? other) =>
        other is not null && Delivery == other.Delivery && Notice == other.Notice && IsTrouble == other.IsTrouble && Rows.SequenceEqual(other.Rows);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Rows.Count, Delivery, Notice, IsTrouble);
}
