using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Dashboard;

/// <summary><c>GET /api/state</c>: everything that the pages show, for scripts and the audit (protocol, "The gateway's pages").</summary>
internal sealed class StateReport(
    PantryView view, ClimateBoard climate, InboxBook inbox, Household household, Journal journal, P256Key device, Membership? membership = null, BlockBook? blocks = null, BlockDrain? drain = null)
{
    /// <summary>The state as JSON; <paramref name="form"/> is what the asker's forms carry, or null for the local token.</summary>
    public string ToJson(string? form) => JsonSerializer.Serialize(Now(form), StateJson.Default.GatewayState);

    private GatewayState Now(string? form) => new(
        household.Gateway.Value, device.Device.ToString(), membership?.Account, view.Now, form, form is not null,
        journal.Last, blocks?.Head().Height ?? 0, drain?.State.Accepted ?? 0, drain?.State.Anchored ?? 0, Tokens(),
        [.. view.Slots().Select(Of)], [.. view.Products().Select(Of)], [.. view.Proposals().Select(Of)], [.. view.Orders().Select(Of)],
        [.. inbox.Open.Select(Of)], [.. climate.Places.Select(PlaceState.Of)]);

    private TokenState? Tokens() =>
        view.Purse() is not { } purse ? null
        : new TokenState(
            Won(purse.Known.Balance.Cash), Tokens(purse.Known.Balance.Reward), purse.Known.Standing.Points, Tokens(purse.Known.Standing.Held),
            Tokens(purse.Known.Standing.Waiting), Tokens(view.Claimable), purse.Known.Standing.Tier, purse.At);

    private static SlotState Of(SlotView slot) => new(
        slot.Slot.Slot.Value, slot.Slot.Product.Gtin.ToString(), slot.Settled?.Level.Grams, slot.Settled?.At, slot.Reading.Level.Grams, slot.Reading.Sigma.Grams, slot.Reading.Stable, slot.Reading.Health.ToString(),
        slot.Reading.At == default ? null : slot.Reading.At, slot.StaleSince is not null,
        slot.Sensors.Drift?.Grams, slot.Sensors.Celsius, slot.Converter is { } converter ? SensorHealth.Of(converter) : null, slot.Reader is { } reader ? SensorHealth.Of(reader) : null,
        [.. slot.Levels.Select(level => new ProductLevel(level.Product.Gtin.ToString(), level.Level.Grams))]);

    private static QuestionReport Of(InboxQuestion question) => new(
        question.Id, question.Slot.Value, question.At, question.Delta.Grams, question.Reason.ToString(),
        [.. question.Candidates.Select((candidate, place) => new CandidateReport(
            candidate.Cause == FusedCause.Foreign ? Answers.NotFood : Answers.Candidate(place), candidate.Probability,
            [.. candidate.Parts.Select(part => new PartReport(part.Gtin.ToString(), part.Delta.Grams, part.Units))]))]);

    private static ProductState Of(ProductView product) => new(
        product.Product.Product.Gtin.ToString(), product.Product.Product.Pack.Grams, product.Process?.State.ToString(), product.Mode?.ToString(), product.Process?.Approvals ?? 0,
        product.Pattern?.PacksPerDay, product.Days.Likely, product.Days.Low, product.Pattern?.Cycles ?? 0,
        product.Pattern?.Stage.ToString(), product.Pattern?.Confidence, product.Process?.LastOutcome.ToString(), product.Process?.Note,
        [.. product.Advice?.Blocks.Select(block => block.ToString()) ?? []], product.Caution.ToString(),
        [.. product.Alarms.Select(alarm => new AlarmState(alarm.Kind.ToString(), alarm.Day.ToString(), alarm.Value, alarm.Expected))], product.AsksLength, product.Answer?.Days,
        product.Mandate is not { Status: not RelayStatus.Refused } mandate ? null : new MandateState(
            mandate.Id.ToString(), mandate.Status.ToString(), mandate.Wished.ToString(), mandate.Terms.MaxQuantity, mandate.Terms.MinCycles, mandate.Terms.MinTier, mandate.Terms.ValidUntil.At, mandate.Reason,
            mandate.Revoked is { } revoked ? new RevocationState(revoked.At, revoked.Status.ToString(), revoked.Reason) : null))
    {
        EmptySince = product.Empty?.Since, CanUseUp = product.Empty is { CanUseUp: true },
        Ask = product.Asked is { } asked ? new AskState(product.Process!.NextNumber, asked.Quantity, [.. asked.Blocks.Select(block => block.ToString())]) : null,
    };

    private static ProposalState Of(ReorderProcess process) =>
        new(ProposalId.Of(process), process.Gtin.ToString(), process.Intent!.Quantity, process.Intent.Cycle, process.Intent.At, process.State.ToString());

    private static OrderStateReport Of(OrderView view)
    {
        PlacedOrder order = view.Order;
        return new OrderStateReport(
            order.Id.ToString(), order.Number, order.Terms.Gtin.ToString(), order.Terms.Quantity, Won(order.Terms.Cash), Tokens(order.Terms.Reward),
            order.Terms.Cycle, order.State.ToString(), order.StateAt, order.Reason, order.Automatic, [.. view.History.Select(step => new StepReport(step.State.ToString(), step.At))],
            view.Delivery is { } delivery ? Of(delivery) : null);
    }

    private static DeliveryReport Of(OrderDelivery delivery) => new(
        delivery.Seen, delivery.Papers.Tags.Count,
        delivery.Papers switch { { TypedAt: not null } or { Shown: not null } => "right", { Wrong: >= DeliveryCode.MostWrong } => "usedUp", { Code: not null } => "wanted", _ => "untold" },
        delivery.Papers.HandedOverAt,
        [.. delivery.Rises.Select(rise => new RiseReport(rise.Rise.Id, rise.Rise.Slot.Value, rise.Rise.At, rise.Rise.Packs, rise.Rise.State.ToString(), rise.By.ToString(), rise.CountsAt))]);

    private static string Won(Bamtol amount)
    {
        (UInt128 won, UInt128 rest) = (amount.Hundredths / 100, amount.Hundredths % 100);
        return rest == 0 ? $"{won}" : $"{won}.{(uint)rest:D2}".TrimEnd('0');
    }

    private static string Tokens(Bamnamu amount) => amount.Tokens.ToString("0.##################", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A proposal's name in addresses: product and number of the intent.</summary>
internal static class ProposalId
{
    /// <summary>For example <c>8801115114154-3</c>.</summary>
    public static string Of(ReorderProcess process) => $"{process.Gtin}-{process.Number}";

    /// <summary>Product and number of a proposal's name; false for anything else.</summary>
    public static bool TryParse(string text, out Gtin gtin, out uint number)
    {
        (gtin, number) = (default, 0);
        string[] parts = text.Split('-');
        return parts.Length == 2 && Gtin.TryParse(parts[0], out gtin)
            && uint.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>The answer of <c>GET /api/state</c>; amounts are decimal text, Bamtol in won and Bamnamu in whole tokens.</summary>
internal sealed record GatewayState(
    string Gateway, string Device, string? Account, DateTimeOffset At, string? Form, bool LoggedIn, ulong Events, ulong Sealed, ulong Accepted, ulong Anchored, TokenState? Tokens,
    IReadOnlyList<SlotState> Slots, IReadOnlyList<ProductState> Products, IReadOnlyList<ProposalState> Proposals, IReadOnlyList<OrderStateReport> Orders,
    IReadOnlyList<QuestionReport> Inbox, IReadOnlyList<PlaceState> Climate);

/// <summary>An open question; a candidate's <c>choice</c> is what <c>POST /inbox/{id}/answer</c> takes.</summary>
internal sealed record QuestionReport(long Id, ushort Slot, DateTimeOffset At, double Grams, string Reason, IReadOnlyList<CandidateReport> Candidates);

/// <summary>One explanation of a question.</summary>
internal sealed record CandidateReport(string Choice, double Probability, IReadOnlyList<PartReport> Parts);

/// <summary>One product of an explanation; units are whole packs, 0 for a part.</summary>
internal sealed record PartReport(string Gtin, double Grams, int Units);

/// <summary>Balances and standing, as store and chain said at <paramref name="At"/>.</summary>
internal sealed record TokenState(string Bamtol, string Bamnamu, double Points, string Held, string Waiting, string Claimable, int Tier, DateTimeOffset At);

/// <summary>One slot.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Gtin">Its product, the first of several.</param>
/// <param name="Grams">The level when it last stood still and could be trusted; null for a slot that nobody ever weighed. Unknown is not empty.</param>
/// <param name="SettledAt">Household time of that.</param>
/// <param name="NowGrams">What its cell says at this moment, hands included.</param>
/// <param name="SigmaGrams">One standard deviation of that.</param>
/// <param name="Stable">False while somebody handles the shelf.</param>
/// <param name="Health">How far the sensor can be trusted.</param>
/// <param name="At">Household time of the newest sample, or null before the first.</param>
/// <param name="Stale">True when that is too old to be taken for the present.</param>
/// <param name="DriftGrams">How far the level wandered since the last touch.</param>
/// <param name="Celsius">Temperature beside the cell.</param>
/// <param name="Converter">Its converter.</param>
/// <param name="Reader">Its tag reader.</param>
/// <param name="Products">What is booked of each product.</param>
internal sealed record SlotState(ushort Slot, string Gtin, double? Grams, DateTimeOffset? SettledAt, double NowGrams, double SigmaGrams, bool Stable, string Health, DateTimeOffset? At, bool Stale,
    double? DriftGrams, double? Celsius, SensorHealth? Converter, SensorHealth? Reader, IReadOnlyList<ProductLevel> Products);


/// <summary>What a slot holds of one product, as booked.</summary>
internal sealed record ProductLevel(string Gtin, double Grams);

/// <summary>One product.</summary>
internal sealed record ProductState(
    string Gtin, double PackGrams, string? State, string? Mode, uint Approvals, double? UsePerDay, double? DaysLeft, double? DaysLeftLow, uint Cycles,
    string? Stage, double? Confidence, string? LastOutcome, string? Note, IReadOnlyList<string> Blocks, string Caution, IReadOnlyList<AlarmState> Alarms, bool AsksLength,
    double? LastsDays, MandateState? Mandate)
{
    /// <summary>Household time from which on nothing is left of it, or null while something is or nobody can tell.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>True while saying "used up" would count a pack.</summary>
    public bool CanUseUp { get; init; }

    /// <summary>What the member's own order would be; null for a product that was never mandated while something is left of it.</summary>
    public AskState? Ask { get; init; }
}

/// <summary>The member's own order: the number that makes it one, its packs, and what stands in its way.</summary>
internal sealed record AskState(uint Number, uint Quantity, IReadOnlyList<string> Blocks);

/// <summary>Something worth a look: a kind of <see cref="Domain.Learning.PatternAlarmKind"/>, the household's day, what was seen and what was foretold.</summary>
internal sealed record AlarmState(string Kind, string Day, double Value, double Expected);

/// <summary>A product's newest mandate, unless it was refused; the status <c>Mined</c> means that the chain has it.</summary>
internal sealed record MandateState(string Mandate, string Status, string Wished, uint MaxQuantity, uint MinCycles, byte MinTier, DateTimeOffset ValidUntil, string? Reason, RevocationState? Revoked);

/// <summary>A mandate's end by its member: it counts from <paramref name="At"/>; the status <c>Mined</c> means that the chain has it.</summary>
internal sealed record RevocationState(DateTimeOffset At, string Status, string? Reason);

/// <summary>A proposal that waits for the member.</summary>
internal sealed record ProposalState(string Id, string Gtin, uint Quantity, uint Cycle, DateTimeOffset At, string State);

/// <summary>One order.</summary>
internal sealed record OrderStateReport(
    string Order, uint Intent, string Gtin, uint Quantity, string Cash, string Reward, uint Cycle, string State, DateTimeOffset At, string? Reason, bool Automatic,
    IReadOnlyList<StepReport> History, DeliveryReport? Delivery);

/// <summary>What the shelf knows of a delivery: packs confirmed, tags bound, the code (<c>untold</c>, <c>wanted</c>, <c>right</c>, <c>usedUp</c>), the courier's record, packs that came.</summary>
internal sealed record DeliveryReport(uint Seen, int Tags, string Code, DateTimeOffset? HandedOverAt, IReadOnlyList<RiseReport> Rises);

/// <summary>Packs that came while the order was on its way; <c>POST /rises/{id}/answer</c> says whose they are.</summary>
internal sealed record RiseReport(long Id, ushort Slot, DateTimeOffset At, uint Packs, string State, string By, DateTimeOffset? CountsAt);

/// <summary>One step of an order.</summary>
internal sealed record StepReport(string State, DateTimeOffset At);

/// <summary>The state report's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayState))]
internal sealed partial class StateJson : JsonSerializerContext;
