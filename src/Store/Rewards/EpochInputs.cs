using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Store.Rewards;

/// <summary>Everything besides the secret that an epoch's root follows from, as it is kept for auditors: amounts as decimal text, times as Unix seconds.</summary>
/// <param name="Rules">The numbers of the day.</param>
/// <param name="Households">One line per household.</param>
/// <param name="Block">The block at which balances and claims were read; null for an epoch under the first rules, which looked at no balance.</param>
internal sealed record EpochInputs(RuleLine Rules, IReadOnlyList<HouseholdLine> Households, ulong? Block = null)
{
    /// <summary>Writes rules and lines.</summary>
    public static EpochInputs Of(RewardRules rules, IEnumerable<HouseholdEpoch> households, ulong block) =>
        new(RuleLine.Of(rules), [.. households.Select(HouseholdLine.Of)], block);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static EpochInputs FromJson(string json) => JsonSerializer.Deserialize<EpochInputs>(json, JsonSerializerOptions.Web)!;

    /// <summary>The text that is kept.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Computes the epoch again, bit for bit.</summary>
    public RewardEpoch Compute(uint number, Hash32 secret, Bamtol rate) =>
        RewardEpoch.Compute(Rules.ToRules(), number, secret, rate, [.. Households.Select(line => line.ToHousehold())]);
}

/// <summary>The rules as they are kept; without a version they are the first.</summary>
internal sealed record RuleLine(
    ushort MarginShareBps, uint PointsPerUseDay, uint PointsPerConfirmation, uint PointsPerDeviation, uint MostPointsPerEpoch, string PerPoint, string Bootstrap,
    IReadOnlyList<string> Tiers, long WarmUpSeconds, ushort WarmUpShareBps, string EmissionPerEpoch, long EpochSeconds, int Version = RewardRules.BootstrapForNothing)
{
    /// <summary>From the rules.</summary>
    public static RuleLine Of(RewardRules rules) => new(
        rules.MarginShare.Value, rules.PointsPerUseDay, rules.PointsPerConfirmation, rules.PointsPerDeviation, rules.MostPointsPerEpoch,
        Amounts.Text(rules.PerPoint), Amounts.Text(rules.Bootstrap), [.. rules.Tiers.Select(Amounts.Text)], (long)rules.WarmUp.TotalSeconds,
        rules.WarmUpShare.Value, Amounts.Text(rules.EmissionPerEpoch), (long)rules.EpochLength.TotalSeconds, rules.Version);

    /// <summary>Back to the rules.</summary>
    public RewardRules ToRules() => new()
    {
        Version = Version,
        MarginShare = new BasisPoints(MarginShareBps),
        PointsPerUseDay = PointsPerUseDay,
        PointsPerConfirmation = PointsPerConfirmation,
        PointsPerDeviation = PointsPerDeviation,
        MostPointsPerEpoch = MostPointsPerEpoch,
        PerPoint = Amounts.Namu(PerPoint),
        Bootstrap = Amounts.Namu(Bootstrap),
        Tiers = [.. Tiers.Select(Amounts.Namu)],
        WarmUp = TimeSpan.FromSeconds(WarmUpSeconds),
        WarmUpShare = new BasisPoints(WarmUpShareBps),
        EmissionPerEpoch = Amounts.Namu(EmissionPerEpoch),
        EpochLength = TimeSpan.FromSeconds(EpochSeconds),
    };
}

/// <summary>One household's line as it is kept; a line of the first rules has <paramref name="MarginLeft"/> and nothing behind <paramref name="Locked"/>.</summary>
internal sealed record HouseholdLine(
    string Account, string Cumulative, string BootstrapUsed, string? MarginLeft, uint UseDays, uint Confirmations, uint Deviations, string SettledMargin,
    ushort DeviceWeightBps, long ClaimedAt, string DealtWith, string Locked, string Owned = "0", string Waiting = "0", string Share = "0", string Whole = "0",
    string ShareBack = "0", string WholeBack = "0")
{
    /// <summary>From the computation's input.</summary>
    public static HouseholdLine Of(HouseholdEpoch h) => new(
        h.Account.ToString(), Amounts.Text(h.Before.Cumulative), Amounts.Text(h.Before.BootstrapUsed), null,
        h.UseDays, h.Confirmations, h.Deviations, h.SettledMargin.Hundredths.ToString(CultureInfo.InvariantCulture),
        h.DeviceWeight.Value, h.ClaimedAt.ToUnixTimeSeconds(), Amounts.Text(h.DealtWith), Amounts.Text(h.Locked), Amounts.Text(h.Owned), Amounts.Text(h.Before.Waiting),
        Amounts.Text(h.Before.Margin.Share), Amounts.Text(h.Before.Margin.Whole), Amounts.Text(h.TakenBack.Share), Amounts.Text(h.TakenBack.Whole));

    /// <summary>Back to the computation's input.</summary>
    public HouseholdEpoch ToHousehold() => new(
        AccountAddress.Parse(Account), Before(),
        UseDays, Confirmations, Deviations, new Bamtol(UInt128.Parse(SettledMargin, CultureInfo.InvariantCulture)), new BasisPoints(DeviceWeightBps),
        DateTimeOffset.FromUnixTimeSeconds(ClaimedAt), Amounts.Namu(DealtWith), Amounts.Namu(Locked))
    {
        Owned = Amounts.Namu(Owned), TakenBack = new MarginSum(Amounts.Namu(ShareBack), Amounts.Namu(WholeBack)),
    };

    private RewardBalance Before() => MarginLeft is { } left
        ? RewardBalance.Of(Amounts.Namu(Cumulative), Amounts.Namu(BootstrapUsed), Amounts.Namu(left))
        : new RewardBalance(Amounts.Namu(Cumulative), Amounts.Namu(BootstrapUsed), Amounts.Namu(Waiting), new MarginSum(Amounts.Namu(Share), Amounts.Namu(Whole)));
}

/// <summary>Amounts as decimal text in the smallest unit.</summary>
internal static class Amounts
{
    /// <summary>Smallest units of Bamnamu.</summary>
    public static string Text(Bamnamu amount) => amount.Units.ToString(CultureInfo.InvariantCulture);

    /// <summary>Back to Bamnamu.</summary>
    public static Bamnamu Namu(string text) => new(UInt128.Parse(text, CultureInfo.InvariantCulture));
}
