using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Relay;

namespace PantryChain.Fuzz.Doors;

/// <summary>What the store reads of households and clerks, beside its HTTP routes, which tests/Store feeds over real connections.</summary>
internal static class StoreDoors
{
    private static readonly P256Key Device = P256Key.FromSecret(new Hash32([.. Enumerable.Repeat((byte)7, Hash32.Size)])), Member = P256Key.FromSecret(new Hash32([.. Enumerable.Repeat((byte)8, Hash32.Size)]));

    private static readonly Household Asking = new(new GatewayId("haneul"), Device.Device, Nouns.Somebody);

    private const string Invitation = "ABCD-EFGH-JKMN-PQRS", Origin = "http://127.0.0.1:8460";

    private static readonly byte[] Join = MakeJoin();

    public static IReadOnlyList<Door> All { get; } =
    [
        new("POST join", Shape.Json, _ => Join, bytes =>
            Body<JoinBody>(bytes) is { } body && JoinRequest.Parse(body) is var join && IsSigned(join)) { Refusals = [typeof(Refusal)] },
        new("relayed call", Shape.Words, Call, CheckCall) { Refusals = [typeof(Refusal)] },
        new("supply of an offer", Shape.Json, dice => JsonSerializer.SerializeToUtf8Bytes(new Supply(dice.OneIn(2) ? ["mon", "SUN"] : null, new TimeOnly(14, 0), [1, 12], dice.Between(1, 3650)), JsonSerializerOptions.Web), bytes =>
            Body<Supply>(bytes) is { } said && OfferSupply.Parse(said.Days, said.CutOff, said.Months, said.Life).DayBits > 0) { Refusals = [typeof(FormatException)] },
    ];

    /// <summary>A body as the framework reads it, or null for one that it answers with 400 by itself.</summary>
    private static T? Body<T>(byte[] bytes)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] MakeJoin()
    {
        DeviceClaim claim = DeviceClaim.Sign(Nouns.Contracts.DevicesDomain, Device, Member, Nouns.Somebody, 0, Nouns.Morning);
        JoinMessage message = new(Origin, Invitations.HashOf(Invitation), Asking.Gateway, Device.Device, Nouns.Somebody, new Hash32(new byte[32]), Nouns.Morning);
        (P256Signature device, P256Signature member) = message.Sign(Nouns.Contracts, Device, Member);
        return JsonSerializer.SerializeToUtf8Bytes(
            new JoinBody(
                Invitation, "haneul", Origin, Device.PublicKey.X.ToString(), Device.PublicKey.Y.ToString(), Member.PublicKey.X.ToString(), Member.PublicKey.Y.ToString(), Nouns.Somebody.ToString(),
                message.Challenge.ToString(), (ulong)Nouns.Morning.ToUnixTimeSeconds(), Text(device), Text(member),
                new ClaimBody(0, (ulong)Nouns.Morning.ToUnixTimeSeconds(), Text(claim.DeviceSignature), Text(claim.MemberSignature))), JsonSerializerOptions.Web);
    }

    private static bool IsSigned(JoinRequest join)
    {
        join.RequireSigned(Nouns.Contracts, [Origin]);
        return true;
    }

    private static string Text(P256Signature signature) => Hex.Encode([.. signature.R.ToArray(), .. signature.S.ToArray()]);

    private static byte[] Call(Dice dice) =>
        [.. new AbiWriter().Order(Nouns.Order(dice)).Unsigned((uint)dice.Next(int.MaxValue)).Signature(Device.PublicKey, new P256Signature(Nouns.Hash(dice), Nouns.Hash(dice))).ToArray(), 0];

    /// <summary>Words of a call, then one byte that says of which kind it calls itself.</summary>
    private static bool CheckCall(byte[] bytes)
    {
        (string kind, string function) = (bytes.Length == 0 ? 0 : bytes[^1] % 5) switch
        {
            0 => ("cancel", $"cancelBySignature({AbiStructs.OrderTuple},uint64,{AbiStructs.KeySignature})"),
            1 => ("deliver", $"confirmBySignature({AbiStructs.OrderTuple},{AbiStructs.DeliveryTuple},{AbiStructs.KeySignature})"),
            2 => ("execute", $"execute(address,uint256,bytes,uint256,uint64,{AbiStructs.KeySignature})"),
            3 => ("claim", $"claim(uint32,{AbiStructs.RewardTuple},bytes32[])"),
            _ => ("burn", "burn()"),
        };
        AccountAddress target = kind switch { "execute" => Nouns.Somebody, "claim" => Nouns.Contracts.Rewards, _ => Nouns.Contracts.Escrow };
        RelayRules.Check(Nouns.Contracts, Asking, kind, target, [.. AbiSignature.Selector(function), .. bytes], DateTimeOffset.UnixEpoch);
        return true;
    }

    private sealed record Supply(string[]? Days, TimeOnly? CutOff, int[]? Months, int? Life);
}
