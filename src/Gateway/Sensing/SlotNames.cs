using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Sensing;

/// <summary>What the household calls its slots: as gateway.json says, until somebody renames one. Kept in <c>gateway.db</c>, so that no program writes gateway.json.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class SlotNames
{
    /// <summary>Longest name.</summary>
    public const int Longest = 40;

    private readonly SqliteFile _file;
    private readonly Household _household;
    private readonly Dictionary<SlotId, (string? Ko, string? En)> _renamed;
    private readonly Lock _lock = new();

    /// <summary>Opens the table inside <paramref name="file"/> and reads it.</summary>
    public SlotNames(SqliteFile file, Household household)
    {
        (_file, _household) = (file, household);
        file.Migrate("slot_names", ["CREATE TABLE slot_names(slot INTEGER PRIMARY KEY, ko TEXT, en TEXT) STRICT;"]);
        _renamed = file.Read(reader => Sql.Query<(SlotId Slot, string? Ko, string? En)>(reader, "SELECT slot, ko, en FROM slot_names"))
            .ToDictionary(row => row.Slot, row => (row.Ko, row.En));
    }

    /// <summary>A slot's names.</summary>
    public (string Ko, string En) Of(ShelfSlot slot)
    {
        lock (_lock)
            return _renamed.TryGetValue(slot.Slot, out (string? Ko, string? En) names) ? (names.Ko ?? slot.NameKo, names.En ?? slot.NameEn) : (slot.NameKo, slot.NameEn);
    }

    /// <summary>Renames a slot, durably. Null, or what is wrong and what to do.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="ko">Its Korean name; empty returns to gateway.json's, null leaves it.</param>
    /// <param name="en">Its English name, likewise.</param>
    public string? Rename(SlotId slot, string? ko, string? en)
    {
        if (_household.FindSlot(slot) is null)
            return SlotBench.NoSlot(_household, slot);
        if (ko is null && en is null)
            return $"Send name_ko, name_en or name (both) with 1 to {Longest} letters; an empty name returns to gateway.json's.";
        (ko, en) = (ko?.Trim(), en?.Trim());
        if (!IsName(ko) || !IsName(en))
            return $"A slot's name has up to {Longest} {PlainName.Expected}.";
        lock (_lock)
        {
            (string? Ko, string? En) now = _renamed.GetValueOrDefault(slot);
            now = (Changed(now.Ko, ko), Changed(now.En, en));
            _file.Write((writer, transaction) =>
            {
                Sql.Run(writer, transaction, "INSERT INTO slot_names(slot, ko, en) VALUES (@s, @ko, @en) ON CONFLICT(slot) DO UPDATE SET ko = @ko, en = @en",
                    new { s = slot, ko = now.Ko, en = now.En });
            });
            _renamed[slot] = now;
        }
        return null;
    }

    private static bool IsName(string? name) => name is null or "" || PlainName.IsOne(name, Longest);

    private static string? Changed(string? before, string? wished) => wished switch { null => before, "" => null, _ => wished };
}
