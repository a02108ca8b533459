using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>Why a tag cannot be taken at its word.</summary>
public enum TagDoubtKind : byte
{
    /// <summary>Two readers see one number: their fields overlap, or somebody copied a tag.</summary>
    TwoSlots,

    /// <summary>Two tags say that they are fixed to the same single item.</summary>
    TwoTags,

    /// <summary>The number is made up anew each time, as phones and bank cards do (ISO/IEC 14443-3 §6.4.4, uid0 = 08).</summary>
    RandomNumber,
}

/// <summary>A tag that is there but cannot be taken at its word.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Slot">The slot that tells it, or would.</param>
/// <param name="Uid">The tag.</param>
/// <param name="OtherSlot">The slot that sees the same number or the same item.</param>
/// <param name="OtherUid">The tag that said it first.</param>
public readonly record struct TagDoubt(TagDoubtKind Kind, SlotId Slot, TagUid Uid, SlotId OtherSlot, TagUid OtherUid)
{
    /// <summary>One sentence that says what was seen, and one that says what to do.</summary>
    public override string ToString() => Kind switch
    {
        TagDoubtKind.TwoSlots => $"Tag {Uid} is seen at slot {Slot} and at slot {OtherSlot}. Move the readers further apart, or put a ferrite sheet between them.",
        TagDoubtKind.TwoTags => $"Tag {Uid} at slot {OtherSlot} names the same item as tag {OtherUid} at slot {Slot}. Write a serial number of its own on it, or leave it blank.",
        _ => $"Slot {Slot} sees number {Uid}, which changes each time. Take the phone or the bank card away; such a tag cannot be paired.",
    };
}
