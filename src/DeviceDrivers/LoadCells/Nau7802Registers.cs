namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>Registers and bits of the NAU7802 (datasheet rev. 1.7, chapter 11).</summary>
internal static class Nau7802Registers
{
    public const byte PowerControl = 0x00;
    public const byte Control1 = 0x01;
    public const byte Control2 = 0x02;
    public const byte Offset1 = 0x03; // three bytes, most significant first; channel 2 seven further on
    public const byte Gain1 = 0x06; // four bytes, most significant first, 23 of the bits behind the point
    public const byte SecondChannel = 7; // from a calibration register of channel 1 to the same of channel 2
    public const byte Output = 0x12; // three bytes, most significant first
    public const byte Adc = 0x15;
    public const byte Pga = 0x1B;
    public const byte Power = 0x1C;
    public const byte Revision = 0x1F;
    public const int Count = 0x20;

    // PowerControl
    public const byte Reset = 0x01; // RR
    public const byte DigitalUp = 0x02; // PUD
    public const byte AnalogUp = 0x04; // PUA
    public const byte UpReady = 0x08; // PUR, read only
    public const byte CycleStart = 0x10; // CS
    public const byte CycleReady = 0x20; // CR, read only
    public const byte InternalSupply = 0x80; // AVDDS

    // Control1
    public const int SupplyShift = 3; // VLDO
    public const byte GainMask = 0x07;

    // Control2
    public const byte CalibrationMode = 0x03; // CALMOD, 0 for the internal offset
    public const byte CalibrationStart = 0x04; // CALS
    public const byte CalibrationError = 0x08; // CAL_ERR
    public const int RateShift = 4; // CRS
    public const byte SecondChannelChosen = 0x80; // CHS

    public const byte ChopperOff = 0x30; // Adc, REG_CHPS
    public const byte LdoMode = 0x40; // Pga, LDOMODE
    public const byte PgaCapacitor = 0x80; // Power, PGA_CAP_EN
    public const byte RevisionMask = 0x0F;
    public const byte KnownRevision = 0x0F;
}
